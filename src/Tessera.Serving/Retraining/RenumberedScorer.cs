using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;

namespace Tessera.Serving.Retraining;

/// <summary>
/// Scores of a run as it would rank for the users and items of other data. Users of whom it knows nothing get what is popular, and items that it does not know
/// come last.
/// </summary>
/// <param name="users">The number in the run of each user; null for none.</param>
/// <param name="items">The same of each item.</param>
internal sealed class RenumberedScorer(TrainedRun run, int?[] users, int?[] items) : IScorer
{
    private const int RowsAtATime = 64;
    private readonly IScorer _scorer = run.Scorer();
    private readonly Matrix _scores = new(RowsAtATime, run.ItemCount);

    /// <inheritdoc/>
    public int Items => items.Length;

    /// <summary>Finds users and items by their ids.</summary>
    public static RenumberedScorer Of(TrainedRun run, IEnumerable<string> users, IEnumerable<string> items) =>
        new(run, [.. users.Select(run.TryFindUser)], [.. items.Select(run.TryFindItem)]);

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> block, Matrix scores, Device device)
    {
        int?[] numbers = Array.ConvertAll(block.ToArray(), user => users[user] is { } number && !run.IsUntrained(number) ? number : (int?)null);
        (int Row, int Number)[] known = [.. numbers.Index().Where(one => one.Item is not null).Select(one => (one.Index, one.Item!.Value))];
        foreach ((int Row, int Number)[] some in known.Chunk(RowsAtATime))
        {
            using Matrix all = _scores.RowRange(0, some.Length);
            _scorer.Score(Array.ConvertAll(some, one => one.Number), all, device);
            foreach ((int place, (int row, _)) in some.Index())
            {
                ReadOnlySpan<float> from = all.Row(place);
                Span<float> to = scores.Row(row);
                for (int item = 0; item < to.Length; item++) to[item] = items[item] is { } number ? from[number] : float.NegativeInfinity;
            }
        }

        ReadOnlySpan<int> popularity = run.TrainingCounts;
        foreach ((int row, int? number) in numbers.Index())
        {
            if (number is not null) continue;
            Span<float> to = scores.Row(row);
            for (int item = 0; item < to.Length; item++)
                to[item] = items[item] is { } place && place < popularity.Length && popularity[place] > 0 ? popularity[place] : float.NegativeInfinity;
        }
    }

    /// <inheritdoc/>
    public IScorer Among(int[] chosen, Device device) => new RenumberedScorer(run, users, Array.ConvertAll(chosen, item => items[item]));

    /// <inheritdoc/>
    public void Dispose()
    {
        _scorer.Dispose();
        _scores.Dispose();
    }
}
