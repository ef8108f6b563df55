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
        string root = Checkout.Root;
        var text = new StringBuilder();
        foreach (IGrouping<string, Study> group in Study.All.Where(s => only is null || s.Name.Contains(only, StringComparison.Ordinal)).GroupBy(s => s.Data))
        {
            string? folder = Checkout.FindData(group.Key);
            if (folder is null) throw new InvalidInputException($"The data set '{group.Key}' is not there; expected the folder ../shared/data/{group.Key} beside the checkout.");
            text.AppendLine(CultureInfo.InvariantCulture, $"## {group.Key}").AppendLine();
            text.AppendLine("| model | settings | protocol | R@10 | R@20 | N@10 | N@20 | best epochs | public program's R@20 |");
            text.AppendLine("|---|---|---|---|---|---|---|---|---|");
            foreach (Study study in group) text.Append(Measure(study, folder, seeds));
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
            masks validation items at test time, `mmrec` only training items, as published figures do; the last column is the public PyTorch
            program's, one run under `mmrec`, where differences below about 0.004 (tiktok) and 0.006 (lastfm) are noise.

            """;
        File.WriteAllText(Path.Combine(root, "docs", "results.md"), (head + "\n" + text.ToString().TrimEnd() + "\n").ReplaceLineEndings("\n"));
    }

    private static string Measure(Study study, string folder, int seeds)
    {
        Dataset read = DatasetReader.Read(folder).Dataset;
        var data = new Dataset(
            read.Name, read.Train, read.Validation, read.Test,
            [.. read.Modalities.Where(m => study.Modalities.Contains(m.Name))]);
        HeldOut[] splits = [HeldOut.Test(data, Protocol.Strict) with { Name = "strict" }, HeldOut.Test(data, Protocol.Mmrec) with { Name = "mmrec" }];
        var results = new List<IReadOnlyList<EvaluationResult>>();
        var bestEpochs = new List<int>();
        for (int seed = 1; seed <= seeds; seed++)
        {
            using var device = new CpuDevice();
            var rng = new Rng((ulong)seed);
            ModelDescription description = ModelCatalog.Of(typeof(LirdRec).Assembly).Find(study.Model);
            var training = OptionsBinder.Bind<TrainingOptions>(study.Settings, description.OptionsType);
            var inputs = new RecommenderInputs(data.Train, data.Modalities, rng.Stream("model"), device, new NeighborGraphs(device));
            using Recommender model = description.Create(inputs, OptionsBinder.Bind(description.OptionsType, study.Settings, typeof(TrainingOptions)));
            using var trainer = new Trainer(model, data.Train, data.Validation, device, rng.Stream("training"), training);
            TrainingResult trained = trainer.Run();
            using Embeddings embeddings = trainer.Represent();
            results.Add(new Evaluator(device, data.Train).Evaluate(embeddings, splits));
            bestEpochs.Add(trained.BestEpoch);
            Console.Error.WriteLine($"{study.Name} seed {seed}: best epoch {trained.BestEpoch} of {trained.Epochs}, mmrec R@20 {results[^1][1][Shown[1]]:F4}");
        }

        var rows = new StringBuilder();
        for (int s = 0; s < splits.Length; s++)
        {
            IEnumerable<string> cells = Shown.Select(metric => MeanAndDeviation([.. results.Select(r => r[s][metric])]));
            string reference = splits[s].Name == "mmrec" ? study.Reference : "";
            rows.AppendLine(CultureInfo.InvariantCulture, $"| {study.Model} | {study.Description} | {splits[s].Name} | {string.Join(" | ", cells)} | {string.Join(", ", bestEpochs)} | {reference} |");
        }

        return rows.ToString();
    }

    private static string MeanAndDeviation(double[] values)
    {
        double mean = values.Average();
        double deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {deviation:F4}");
    }
}
