using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;

namespace Tessera.Serving.Generations;

/// <summary>Which items of a model may be shown, kept until some are hidden, removed or added.</summary>
internal sealed class Visibility
{
    private readonly Additions _additions;
    private readonly int _items;
    private readonly ulong[] _words;

    public Visibility(TrainedRun run)
    {
        (_additions, _items) = (run.Additions, run.ItemCount);
        using var all = new ItemSet(_items);
        all.Fill();
        foreach (int item in _additions.Hidden) all.Remove(item);
        foreach (int item in _additions.Removed) all.Remove(item);
        _words = all.Words.ToArray();
    }

    /// <summary>Whether it is still so.</summary>
    public bool IsOf(TrainedRun run) =>
        run.ItemCount == _items && ReferenceEquals(run.Additions.Hidden, _additions.Hidden) && ReferenceEquals(run.Additions.Removed, _additions.Removed);

    /// <summary>The items as a set of the caller's own.</summary>
    public ItemSet ToSet()
    {
        var set = new ItemSet(_items);
        _words.CopyTo(set.Words);
        return set;
    }
}
