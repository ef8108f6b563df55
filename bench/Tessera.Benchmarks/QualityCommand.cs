using System.CommandLine;
using System.Globalization;
using System.Text;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks;

/// <summary>
/// Trains models on the real data sets with three seeds each and writes docs/results.md, beside what the public programs reach
/// on the same files.
/// </summary>
internal static class QualityCommand
{
    private static readonly MetricName[] Shown = [new(Metric.Recall, 10), new(Metric.Recall, 20), new(Metric.Ndcg, 10), new(Metric.Ndcg, 20)];

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "run the studies whose name contains this, and print them instead of writing docs/results.md" };
        var seeds = new Option<int>("--seeds") { Description = "seeds 1 to this", DefaultValueFactory = _ => 3 };
        var command = new Command("quality", "train on the real data sets and write docs/results.md") { only, seeds };
        command.SetAction(parsed => Run(parsed.GetValue(only), parsed.GetValue(seeds)));
        return command;
    }

    private static void Run(string? only, int seeds)
    {
        Study[] studies = [.. Study.All.Where(s => only is null || s.Name.Contains(only, StringComparison.Ordinal))];
        Dictionary<string, Dataset> data = studies.Select(s => s.Data).Distinct().ToDictionary(name => name, Read);
        var outcomes = new Outcome[studies.Length * seeds];

        // One thread a run, as many runs at a time as cores: results do not depend on the number of threads.
        Parallel.For(0, outcomes.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, run =>
        {
            Study study = studies[run / seeds];
            int seed = (run % seeds) + 1;
            Outcome outcome = outcomes[run] = Train(study, data[study.Data], (ulong)seed);
            Console.Error.WriteLine($"{study.Name} seed {seed}: best epoch {outcome.BestEpoch} of {outcome.Epochs}, mmrec R@20 {outcome.Mmrec[Shown[1]]:F4}");
        });

        var text = new StringBuilder();
        foreach (IGrouping<string, (Study Study, int Index)> group in studies.Select((study, index) => (study, index)).GroupBy(s => s.study.Data))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"## {group.Key}").AppendLine();
            text.AppendLine("| model | settings | protocol | R@10 | R@20 | N@10 | N@20 | best epochs | public program's R@20 |");
            text.AppendLine("|---|---|---|---|---|---|---|---|---|");
            foreach ((Study study, int index) in group) text.Append(Rows(study, outcomes.AsSpan(index * seeds, seeds).ToArray()));
            text.AppendLine();
        }

        if (only is not null)
        {
            Console.WriteLine(text);
            return;
        }

        string head = $"""
            # Results on real data

            Written by `dotnet run -c Release --project bench/Tessera.Benchmarks -- quality`, which trains everything below anew from the folders in
            `../shared/data`. Test metrics, mean ± standard deviation over seeds 1 to {seeds}; the best epoch is chosen by validation Recall@20
            with patience 20, and test is scored once. The settings are those of the public programs' runs, not tuned here. Protocol `strict`
            masks validation items at test time, `mmrec` only training items, as published figures do (on tiktok no user has both validation and
            test items, so the two agree). The last column is the public PyTorch program's, one run under `mmrec`, where differences below about
            0.004 (tiktok) and 0.006 (lastfm) are noise.

            """;
        File.WriteAllText(
            Path.Combine(Checkout.Root, "docs", "results.md"), (head + "\n" + text.ToString().TrimEnd() + "\n").ReplaceLineEndings("\n"));
    }

    private static Dataset Read(string name)
    {
        string? folder = Checkout.FindData(name);
        return folder is not null ? DatasetReader.Read(folder).Dataset
            : throw new InvalidInputException($"The data set '{name}' is not there; expected the folder ../shared/data/{name} beside the checkout.");
    }

    private static Outcome Train(Study study, Dataset all, ulong seed)
    {
        Dataset data = all.WithModalities(study.Modalities);
        using var device = new CpuDevice(threads: 1);
        var rng = new Rng(seed);
        ModelDescription description = ModelCatalog.Of(typeof(LirdRec).Assembly).Find(study.Model);
        var training = OptionsBinder.Bind<TrainingOptions>(study.Settings, description.OptionsType);
        var inputs = new RecommenderInputs(data.Train, data.Modalities, rng.Stream("model"), device, new NeighborGraphs(device));
        using Recommender model = description.Create(inputs, OptionsBinder.Bind(description.OptionsType, study.Settings, typeof(TrainingOptions)));
        using var trainer = new Trainer(model, data.Train, data.Validation, device, rng.Stream("training"), training);
        TrainingResult trained = trainer.Run();
        using Embeddings embeddings = trainer.Represent();
        IReadOnlyList<EvaluationResult> tests = new Evaluator(device, data.Train).Evaluate(
            embeddings, [HeldOut.Test(data, Protocol.Strict), HeldOut.Test(data, Protocol.Mmrec)]);
        return new Outcome(tests[0], tests[1], trained.BestEpoch, trained.Epochs);
    }

    private static string Rows(Study study, Outcome[] outcomes) =>
        Row(study, "strict", [.. outcomes.Select(o => o.Strict)], outcomes, "") + Row(study, "mmrec", [.. outcomes.Select(o => o.Mmrec)], outcomes, study.Reference);

    private static string Row(Study study, string protocol, EvaluationResult[] tests, Outcome[] outcomes, string reference)
    {
        IEnumerable<string> cells = Shown.Select(metric => MeanAndDeviation([.. tests.Select(test => test[metric])]));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {study.Model} | {study.Description} | {protocol} | {string.Join(" | ", cells)} | {string.Join(", ", outcomes.Select(o => o.BestEpoch))} | {reference} |\n");
    }

    private static string MeanAndDeviation(double[] values)
    {
        double mean = values.Average();
        double deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {deviation:F4}");
    }

    private sealed record Outcome(EvaluationResult Strict, EvaluationResult Mmrec, int BestEpoch, int Epochs);
}
