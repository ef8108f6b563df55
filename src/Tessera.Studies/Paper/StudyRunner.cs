using Tessera.Compute.Devices;
using Tessera.Data.Storage;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Measures a plan's cells one after another, into a folder that an interrupted study goes on from.</summary>
/// <param name="folder">The study's folder.</param>
internal sealed class StudyRunner(Study study, StudyPlan plan, string folder, Device device)
{
    /// <summary>Called with a line about each cell that was measured.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Measures what is missing, until the budget is spent; what has begun is completed.</summary>
    /// <param name="budget">Most time to spend; null for no limit.</param>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public void Measure(TimeSpan? budget, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        foreach (ulong seed in plan.Seeds)
        {
            foreach (StudyCell cell in plan.Cells)
            {
                if (budget is { } limit && TimeProvider.System.GetElapsedTime(start) >= limit) return;
                CellRun run = Of(cell, seed, cancellation);
                if (File.Exists(run.ResultFile)) continue;
                JsonRecord.Write(run.ResultFile, study.Measure(run));
                Note?.Invoke($"{string.Join(", ", cell.Factors.Values)}, seed {seed}: measured");
            }
        }
    }

    /// <summary>The report of what is measured.</summary>
    public Report Report()
    {
        var users = new Dictionary<string, UserMetrics?>();
        var outcome = new StudyOutcome(plan, cell => [.. plan.Seeds.Select(seed => Of(cell, seed, default).Read()).OfType<CellResult>()])
        {
            UsersOf = (cell, seed) =>
            {
                CellRun run = Of(cell, seed, default);
                return users.TryGetValue(run.UsersFile, out UserMetrics? known) ? known : users[run.UsersFile] = run.ReadUsers();
            },
        };
        return new Report(study.Name, study.Title, [.. study.Report(outcome)]);
    }

    private CellRun Of(StudyCell cell, ulong seed, CancellationToken cancellation) => new(cell, seed, folder, plan.Protocol, device, cancellation) { Note = Note };
}
