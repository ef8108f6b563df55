using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Generations;

/// <summary>How many items a model knows, without those that were deleted.</summary>
/// <param name="Known">All of them.</param>
/// <param name="Cold">Those that came after its training, which it knows by their content alone.</param>
/// <param name="Hidden">Those that are left out of what is recommended.</param>
internal sealed record ItemCounts(int Known, int Cold, int Hidden)
{
    /// <summary>Counts the items of a model.</summary>
    public static ItemCounts Of(TrainedRun run)
    {
        Additions additions = run.Additions;
        int removedLater = additions.Removed.Count(item => item >= run.TrainedItems);
        return new ItemCounts(
            run.ItemCount - additions.Removed.Count, run.ItemCount - run.TrainedItems - removedLater, additions.Hidden.Count(item => !additions.Removed.Contains(item)));
    }
}
