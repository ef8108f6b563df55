using Tessera.Data;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Live;

/// <summary>
/// A finished run that takes new items and new users without training. Any number of threads may read while others write: a reader sees all that a call
/// added or nothing of it, and writers wait for each other.
/// </summary>
public sealed partial class LiveRecommender : IDisposable
{
    private readonly Lock _placing = new(); // taken first by who adds or changes items; users' events do not wait while these are placed
    private readonly Lock _writing = new();
    private readonly TrainedRun _run;
    private readonly Lazy<ItemPlacement> _placement;
    private volatile TrainedRun _current;
    private string? _saved;

    private LiveRecommender(TrainedRun run, ModelCatalog models)
    {
        (_run, _current, _saved) = (run, run, run.Additions.Saved);
        _placement = new(() => new ItemPlacement(run, models));
    }

    /// <summary>Opens the folder of a finished run, with what <see cref="Save"/> kept there.</summary>
    /// <param name="models">Has the run's model.</param>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged or of several runs.</exception>
    public static LiveRecommender Open(string path, ModelCatalog models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return new LiveRecommender(TrainedRun.Open(path), models);
    }

    /// <summary>The run as it is now.</summary>
    internal TrainedRun Current => _current;

    /// <summary>Best items for a user without those the user has; as <see cref="TrainedRun.Recommend"/>, new items and what users did since included.</summary>
    /// <param name="user">Id of a user of the run or of a new one.</param>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer are left.</param>
    /// <exception cref="InvalidInputException">There is no such user.</exception>
    public IReadOnlyList<RankedItem> Recommend(string user, int count)
    {
        TrainedRun run = _current;
        return run.Recommend(run.FindUser(user), count);
    }

    /// <summary>Best items for a session without a user, without those it liked.</summary>
    /// <param name="liked">Ids of one or more items.</param>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer are left.</param>
    /// <exception cref="InvalidInputException">There is no such item, or none is named.</exception>
    public IReadOnlyList<RankedItem> Recommend(IEnumerable<string> liked, int count)
    {
        (TrainedRun run, int user) = Session(liked);
        return run.Recommend(user, count);
    }

    /// <summary>The vector of a session without a user, <c>[d]</c>: one step of propagation from its items. Its dot products with item vectors are scores.</summary>
    /// <param name="liked">Ids of one or more items.</param>
    /// <exception cref="InvalidInputException">There is no such item, or none is named.</exception>
    public float[] FoldIn(IEnumerable<string> liked)
    {
        (TrainedRun run, int user) = Session(liked);
        return run.Additions.News[user].Vector;
    }

    /// <summary>The vector of an item of the run or of a new one, <c>[d]</c>, such as for an index of one's own. Its dot products with users' vectors are scores.</summary>
    /// <param name="item">The item's id.</param>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public float[] VectorOf(string item)
    {
        TrainedRun run = _current;
        float[] vector = run.ItemVectors.Row(run.FindItem(item)).ToArray();
        GC.KeepAlive(run); // whose memory was read
        return vector;
    }

    /// <summary>The items whose vectors have the highest cosine similarity with an item's, itself left out.</summary>
    /// <param name="item">Id of an item of the run or of a new one.</param>
    /// <param name="count">How many, 1 or more.</param>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public IReadOnlyList<RankedItem> Similar(string item, int count)
    {
        TrainedRun run = _current;
        return run.Similar(run.FindItem(item), count);
    }

    /// <summary>Adds what a user did since training. A user whom the run does not know is new; what is known already counts once.</summary>
    /// <param name="user">The user's id.</param>
    /// <param name="items">Ids of one or more items.</param>
    /// <exception cref="InvalidInputException">There is no such item, or none is named.</exception>
    public void AddEvents(string user, IEnumerable<string> items)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(user);
        ArgumentNullException.ThrowIfNull(items);
        lock (_writing) _current = _current.WithEvents(user, items.Select(_current.FindItem).ToArray()).Run;
    }

    /// <summary>Adds what many users did since training, as <see cref="AddEvents(string, IEnumerable{string})"/> does one by one, for less.</summary>
    /// <param name="events">Who did something, and the number of the item, in their order.</param>
    internal void AddEvents(IEnumerable<(string User, int Item)> events)
    {
        lock (_writing) _current = _current.WithEvents(events);
    }

    /// <summary>Keeps what was added in the run's folder, whole or not at all, for <see cref="Open"/> and <see cref="TrainedRun.Open(string)"/>.</summary>
    /// <exception cref="InvalidInputException">Somebody else has saved there since this was opened.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Save()
    {
        lock (_writing) _saved = AdditionsFile.Write(_current, _saved);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_placement.IsValueCreated) _placement.Value.Dispose();
        _run.Dispose();
    }

    private (TrainedRun Run, int User) Session(IEnumerable<string> liked)
    {
        ArgumentNullException.ThrowIfNull(liked);
        TrainedRun run = _current;
        return run.WithEvents(null, liked.Select(run.FindItem).ToArray());
    }
}
