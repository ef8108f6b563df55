using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Recommendation.Evaluation;
using Tessera.Studies.Tuning;

namespace Tessera.Benchmarks;

/// <summary>
/// Trains models on the real data sets, chooses their settings on validation, repeats the chosen ones with further seeds and writes
/// docs/results.md, beside what others reach on the same files.
/// </summary>
internal static class QualityCommand
{
    private const int Seeds = 3;

    public static Command Create()
    {
        var only = new Option<string[]>("--only") { Description = "run the studies whose name contains this, such as lastfm or 'lastfm mf'; may be given often" };
        var command = new Command("quality", "train on the real data sets and write docs/results.md") { only };
        command.SetAction(parsed => Run(parsed.GetValue(only) ?? []));
        return command;
    }

    private static async Task Run(string[] only)
    {
        Study[] studies = [.. Studies.All.Where(s => only.Length == 0 || only.Any(part => s.Name.Contains(part, StringComparison.Ordinal)))];
        Dictionary<string, StudyData> data = studies.Select(s => s.Data).Distinct().ToDictionary(name => name, StudyData.Read);

        var writing = new Lock();

        // One thread a run, as many runs at a time as cores: results do not depend on the number of threads. No more studies than that are
        // begun, so that rows are written as the work goes on; the last ones share the cores among their seeds.
        using var cores = new SemaphoreSlim(Environment.ProcessorCount);
        await Parallel.ForEachAsync(
            studies,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (study, _) =>
            {
                StudyResult result = await Train(study, data[study.Data], cores);
                lock (writing)
                {
                    result.Write();
                    ResultsDocument.Write(Seeds);
                }
            });
        ResultsDocument.Write(Seeds); // also where no study was trained
    }

    /// <summary>Trains each setting with seed 1, repeats the one best on validation (of equal ones the first) with all seeds, and scores test.</summary>
    private static async Task<StudyResult> Train(Study study, StudyData data, SemaphoreSlim cores)
    {
        StudyRun[] candidates = [.. study.Candidates.Select(settings => new StudyRun(study, settings, seed: 1))];
        await Task.WhenAll(candidates.Select(run => Train(run, data, cores)));
        JsonObject best = candidates.MaxBy(run => run.Validation)!.Settings;
        StudyRun[] runs = [.. Enumerable.Range(1, Seeds).Select(seed => new StudyRun(study, best, seed))];
        await Task.WhenAll(runs.Select(run => Train(run, data, cores)));
        IReadOnlyList<EvaluationResult>[] tests = [.. runs.Select(run => run.Test(data))];
        var metrics = new OrderedDictionary<string, MeanAndDeviation[]>();
        for (int t = 0; t < data.Tests.Count; t++)
            metrics[data.Tests[t].Name] = [.. StudyResult.Shown.Select(metric => MeanAndDeviation.Of([.. tests.Select(test => test[t][metric])]))];
        return new StudyResult(study.Name, SuccessiveHalving.Describe(best), [.. runs.Select(run => run.BestEpoch)], metrics);
    }

    private static async Task Train(StudyRun run, StudyData data, SemaphoreSlim cores)
    {
        await cores.WaitAsync();
        try
        {
            await Task.Run(() => run.Train(data.Dataset));
        }
        finally
        {
            cores.Release();
        }
    }
}
