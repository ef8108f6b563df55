using System.Collections.Concurrent;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;
using Tessera.Studies.Tuning;

namespace Tessera.Studies.Paper;

/// <summary>Measures a plan's cells, as many at a time as there are cores, each on one thread. An interrupted study goes on with what there is.</summary>
/// <param name="folder">Folder of the cells, which studies can share.</param>
internal sealed class StudyRunner(Study study, StudyPlan plan, string folder)
{
    private static readonly TimeSpan OthersInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Lazy<Dataset>> _data = new();
    private readonly ConcurrentDictionary<string, string> _fingerprints = new();
    private readonly EaseScores _ease = new();

    /// <summary>Called with a line about each cell that was measured, from several threads.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Most cells measured at a time; results do not depend on it.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>Cells with a seed each that are not measured yet, in the order in which they are; of those that are the same, one.</summary>
    public IReadOnlyList<(StudyCell Cell, ulong Seed)> Missing() =>
    [
        .. plan.Seeds.SelectMany(seed => plan.Cells.Select(cell => (cell, seed))).DistinctBy(one => Of(one.cell, one.seed).ResultFile)
            .Where(one => !File.Exists(Of(one.cell, one.seed).ResultFile)),
    ];

    /// <summary>Checks that every cell can be measured, which need not wait for the first of them.</summary>
    /// <exception cref="InvalidInputException">One cannot; the message says which and why.</exception>
    public void Check()
    {
        CheckFactors();
        foreach (StudyCell cell in plan.Cells.Where(cell => cell.Search is not null)) CheckSearch(cell);
        foreach (IGrouping<(string Data, DataVariant Variant), StudyCell> alike in plan.Cells.GroupBy(cell => (cell.Data, cell.Variant)))
        {
            Dataset data = alike.Key.Variant.Apply(Read(alike.Key.Data), plan.Seeds[0]);
            if (study.Measurement == CellRun.Training && !HeldOut.Test(data, plan.Protocol).MeasuresAny(data.Train))
                throw new InvalidInputException($"The data set in '{alike.Key.Data}' has no test interactions of users with a training one, so there is nothing to measure; split it with 'tessera data split'.");
            foreach (StudyCell cell in alike.Where(study.Trains))
            {
                try
                {
                    Of(cell, plan.Seeds[0]).Of(data);
                }
                catch (InvalidInputException cause)
                {
                    throw new InvalidInputException($"The study cannot measure {string.Join(", ", cell.Factors.Values)}: {cause.Message}", cause);
                }
            }
        }
    }

    /// <summary>Checks that settings can be searched: by other seeds than are measured, and on data that is the same for all.</summary>
    private void CheckSearch(StudyCell cell)
    {
        if (plan.Seeds.Where(SuccessiveHalving.Seeds.Contains).ToArray() is [var taken, ..])
            throw new InvalidInputException(
                $"Settings are searched with the seeds {string.Join(" and ", SuccessiveHalving.Seeds)}, and what is chosen is measured with others; leave {taken} out of the seeds.");
        if (cell.Variant.IsDrawn)
            throw new InvalidInputException(
                $"The cell {string.Join(", ", cell.Factors.Values)} searches settings on data that each seed draws anew; leave its search out, or split, shuffledRows, noise and kept of its variant.");
    }

    /// <summary>Checks that cells have the study's factors, no two the same, and has the study report on cells without results, as it does by their factors.</summary>
    private void CheckFactors()
    {
        var cells = new HashSet<string>();
        foreach ((int n, StudyCell cell) in plan.Cells.Index())
        {
            if (!cell.Factors.Keys.ToHashSet().SetEquals(study.Factors))
            {
                string has = cell.Factors.Count == 0 ? "none" : string.Join(", ", cell.Factors.Keys);
                throw new InvalidInputException(
                    $"Cell {n + 1} of the plan has the factors {has}; the study '{study.Name}' tells its cells apart by {string.Join(", ", study.Factors)}, so give it a text for each of these.");
            }

            string[] values = [.. study.Factors.Select(factor => cell.Factors[factor])];
            if (!cells.Add(string.Join('\n', values)))
                throw new InvalidInputException($"The plan has two cells with the factors {string.Join(", ", values)}, which a report could not tell apart; change one or leave it out.");
        }

        try
        {
            foreach (ReportPart part in study.Report(new StudyOutcome(plan, _ => []))) GC.KeepAlive(part);
        }
        catch (Exception cause) when (cause is InvalidOperationException or FormatException)
        {
            throw new InvalidInputException(
                $"The plan's cells are not called what the study '{study.Name}' calls its own ({cause.Message.TrimEnd('.')}); expected the factors of the study's own plan, "
                + $"which 'tessera study run {study.Name} --data DIR --out REPORT --dry-run --json' prints.", cause);
        }
    }

    /// <summary>What the missing trainings will cost, from a few steps of one cell of each model and data set.</summary>
    public IReadOnlyList<StudyCost> Costs(CancellationToken cancellationToken)
    {
        var costs = new List<StudyCost>();
        using var device = new Device(threads: 1);
        foreach (var alike in Missing().Where(one => study.Trains(one.Cell)).GroupBy(one => (one.Cell.Model, one.Cell.Data)))
        {
            CellRun run = Of(alike.First().Cell, alike.First().Seed, device, cancellationToken);
            int epochs = run.Model.IsItemBased ? 1 : CellCost.EpochsOf(run.TrainingOptions);
            costs.Add(new StudyCost(alike.Key.Model, alike.Key.Data, alike.Count(), CellCost.Measure(run, run.ReadData()).EpochSeconds, epochs));
        }

        return costs;
    }

    /// <summary>
    /// Measures what is missing, until the budget is spent; what has begun is completed. What another process measures in the same folder is left to it and
    /// waited for.
    /// </summary>
    /// <param name="budget">Most time to spend; null for no limit.</param>
    /// <exception cref="InvalidInputException">A cell's settings or data cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public void Measure(TimeSpan? budget, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        bool IsSpent() => budget is { } limit && TimeProvider.System.GetElapsedTime(start) >= limit;
        IReadOnlyList<(StudyCell Cell, ulong Seed)> missing = Missing();
        while (missing.Count > 0 && !IsSpent())
        {
            MeasureFree(missing, IsSpent, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            missing = Missing();
            if (missing.Count > 0 && !IsSpent()) cancellationToken.WaitHandle.WaitOne(OthersInterval);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Measures all that no other process measures at the time.</summary>
    private void MeasureFree(IReadOnlyList<(StudyCell Cell, ulong Seed)> missing, Func<bool> isSpent, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(Parallel);
        var tasks = new List<Task>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        foreach ((StudyCell cell, ulong seed) in missing)
        {
            slots.Wait(CancellationToken.None);
            if (stop.IsCancellationRequested || isSpent()) break;
            tasks.Add(Task.Run(() =>
            {
                try
                {
                    Measure(cell, seed, stop.Token);
                }
                catch
                {
                    stop.Cancel(); // the others stop at their last checkpoints
                    throw;
                }
                finally
                {
                    slots.Release();
                }
            }, CancellationToken.None));
        }

        Wait(tasks);
    }

    /// <summary>The report of what is measured.</summary>
    public Report Report()
    {
        var users = new Dictionary<string, UserMetrics?>();
        var outcome = new StudyOutcome(plan, cell => [.. plan.Seeds.Select(seed => Of(cell, seed).Read()).OfType<CellResult>()])
        {
            UsersOf = (cell, seed) =>
            {
                CellRun run = Of(cell, seed);
                return users.TryGetValue(run.UsersFile, out UserMetrics? known) ? known : users[run.UsersFile] = run.ReadUsers();
            },
        };
        return new Report(study.Name, study.Title, [.. Remarks(), .. study.Report(outcome)]);
    }

    /// <summary>What a reader must know of the numbers, where they are not all there are, or not by the default protocol.</summary>
    private IEnumerable<ReportPart> Remarks()
    {
        if (plan.Protocol != Protocol.Strict) yield return new Paragraph($"Test is evaluated by the protocol {KebabCase.Of(plan.Protocol)}.");
        if (Missing().Count is > 0 and int missing)
            yield return new Paragraph($"{missing} of {plan.Cells.Count * plan.Seeds.Count} measurements are not made yet: what follows is of the others, and rows that have none are left empty or out.");
    }

    private void Measure(StudyCell cell, ulong seed, CancellationToken cancellationToken)
    {
        using var device = new Device(threads: 1);
        CellRun run = Of(cell, seed, device, cancellationToken);
        using FileStream? held = run.TryHold();
        if (held is null || File.Exists(run.ResultFile)) return;
        run.Write(study.Measure(run));
        Note?.Invoke($"{string.Join(", ", cell.Factors.Values)}, seed {seed}: measured");
    }

    /// <summary>Throws what the first of them threw that was not a stop.</summary>
    private static void Wait(IReadOnlyList<Task> tasks)
    {
        try
        {
            Task.WaitAll([.. tasks]);
        }
        catch (AggregateException all)
        {
            Exception first = all.InnerExceptions.FirstOrDefault(one => one is not OperationCanceledException) ?? all.InnerExceptions[0];
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>A cell and a seed.</summary>
    public CellRun Of(StudyCell cell, ulong seed, Device? device = null, CancellationToken cancellationToken = default) =>
        new(study.Measurement, cell, seed, folder, plan.Protocol, Read, Fingerprint, device!, cancellationToken) { Note = Note, Ease = _ease };

    private string Fingerprint(string data) => _fingerprints.GetOrAdd(data, path => DatasetFingerprint.Of(Read(path)));

    private Dataset Read(string data) => _data.GetOrAdd(data, path => new(() => DatasetReader.Read(path))).Value;
}
