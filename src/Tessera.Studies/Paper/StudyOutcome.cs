using Tessera.Studies.Cells;
using Tessera.Studies.Plans;

namespace Tessera.Studies.Paper;

/// <summary>What a plan's cells gave so far.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="ResultsOf">A cell's results, in the order of the plan's seeds; fewer than seeds where some are not measured yet.</param>
internal sealed record StudyOutcome(StudyPlan Plan, Func<StudyCell, IReadOnlyList<CellResult>> ResultsOf)
{
    /// <summary>A cell's test metrics by user, of a seed; null where they are not measured.</summary>
    public Func<StudyCell, ulong, UserMetrics?> UsersOf { get; init; } = (_, _) => null;

    /// <summary>Cells with their results, those that have none left out.</summary>
    public IEnumerable<(StudyCell Cell, IReadOnlyList<CellResult> Results)> Measured =>
        Plan.Cells.Select(cell => (cell, ResultsOf(cell))).Where(pair => pair.Item2.Count > 0);
}
