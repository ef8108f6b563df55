using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Studies.Statistics;
using Tessera.Studies.Tuning;

namespace Tessera.Benchmarks;

/// <summary>Scores the test split for what the searches chose, and writes docs/comparison.md.</summary>
internal static class FairReport
{
    private static readonly MetricName Recall = new(Metric.Recall, 20), Ndcg = new(Metric.Ndcg, 20);

    private static string ResultsFile => Path.Combine(Checkout.Root, "bench", "results", "fair.json");

    /// <summary>Measures a data set and track, all models whose search is complete, and writes the document anew.</summary>
    public static void Write(Dataset dataset, FairTrack track, FairData data, Func<ModelDescription, string> folderOf)
    {
        Row[] rows = [.. Measure(dataset, data, folderOf).OrderByDescending(row => row.Recall.Average())];
        if (rows.Length == 0) return;
        JsonObject all = File.Exists(ResultsFile) ? JsonNode.Parse(File.ReadAllText(ResultsFile))!.AsObject() : [];
        all[$"{data.Name} {track.Name}"] = new JsonArray([.. Compare(rows)]);
        AtomicFile.WriteText(ResultsFile, all.ToJsonString(new() { WriteIndented = true }) + "\n");
        AtomicFile.WriteText(Path.Combine(Checkout.Root, "docs", "comparison.md"), Document(all));
    }

    private static IEnumerable<Row> Measure(Dataset dataset, FairData data, Func<ModelDescription, string> folderOf)
    {
        using var device = new Device();
        var evaluator = new Evaluator(device, dataset.Train, [Recall, Ndcg]);
        foreach (ModelDescription model in data.Models.Select(ModelCatalog.Of(typeof(LirdRec).Assembly).Find))
        {
            string folder = folderOf(model);
            if (JsonRecord.ReadIfPresent<SearchResult>(Path.Combine(folder, "search.json"), "is no result of a search", "delete it and search again") is not { } search) continue;
            var halving = new SuccessiveHalving(dataset, model, new SearchSpace(), folder, 0);
            IReadOnlyList<double[]>[] seeds = [.. FairCommand.ReportedSeeds.Select(seed =>
            {
                using TrainedRun run = TrainedRun.Open(halving.Of(search.Settings, seed).Folder);
                using Recommendation.Scoring.IScorer scorer = run.Scorer();
                return evaluator.OfUsers(scorer, HeldOut.Test(dataset, Protocol.Strict));
            })];
            yield return new Row(
                model.Title, search, [.. seeds.Select(users => users.Average(user => user[0]))], [.. seeds.Select(users => users.Average(user => user[1]))],
                [.. Enumerable.Range(0, seeds[0].Count).Select(user => seeds.Average(users => users[user][0]))]);
        }
    }

    /// <summary>Each model beside the first.</summary>
    private static IEnumerable<JsonNode> Compare(Row[] rows)
    {
        PairedBootstrap[] differences = [.. rows.Skip(1).Select(row =>
            PairedBootstrap.Of([.. rows[0].OfUsers.Zip(row.OfUsers, (first, other) => other - first)], new Rng(0)))];
        double[] corrected = Holm.Correct([.. differences.Select(one => one.PValue)]);
        foreach ((int place, Row row) in rows.Index())
        {
            var json = new JsonObject
            {
                ["model"] = row.Model,
                ["recall"] = MeanAndDeviation.Of(row.Recall).ToString(),
                ["ndcg"] = MeanAndDeviation.Of(row.Ndcg).ToString(),
                ["validation"] = Math.Round(row.Search.Validation, 4),
                ["settings"] = SuccessiveHalving.Describe(row.Search.Settings),
                ["search"] = $"{row.Search.Drawn} of {row.Search.Space}, {row.Search.Finished} to the end, {row.Search.Seconds / 60:F0} min",
            };
            if (place > 0)
            {
                PairedBootstrap one = differences[place - 1];
                json["difference"] = string.Create(CultureInfo.InvariantCulture, $"{one.Mean:+.0000;-.0000} [{one.Low:+.0000;-.0000}, {one.High:+.0000;-.0000}]");
                json["p"] = string.Create(CultureInfo.InvariantCulture, $"{corrected[place - 1]:F4}");
                json["users"] = one.Count;
            }

            yield return json;
        }
    }

    private static string Document(JsonObject all)
    {
        var text = new StringBuilder("""
            # Models compared under one budget

            Written by `dotnet run -c Release --project bench/Tessera.Benchmarks -- fair --data lastfm --track as-published`, which searches settings for
            each model, trains what it chose and continues where it was interrupted (`runs/fair`); likewise for the other data sets and tracks.

            Every model has the same processor time. Settings are drawn at random from its published grid, the same three learning rates and, where it reads
            features, the four scalings; trained for 16 epochs, the best third of them for 48, the best third of those to the end with seeds 1 and 2, as long
            as the time lasts (what has begun is completed). Recall@20 on validation decides. The settings chosen are trained with seeds 3, 4 and 5, and
            these alone are scored on test, once: mean ± standard deviation over the three. `as-published` keeps each model's own loss; `same-losses` puts
            four losses, cosines with three temperatures, among the settings of every model. A short first rung favors settings that learn fast, in every model alike.

            Differences of Recall@20 are to the first row, over the same users, averaged over seeds; in brackets the 95 % interval of 10,000 bootstrap
            draws of users, and p by the same draws, corrected by Holm for the number of models. Where p is above 0.05 the difference is noise.

            """.ReplaceLineEndings("\n"));
        foreach ((string name, JsonNode? rows) in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n| model | R@20 | N@20 | difference | p | settings | on validation | search |\n|---|---|---|---|---|---|---|---|\n");
            foreach (JsonNode? row in rows!.AsArray())
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row!["model"]} | {row["recall"]} | {row["ndcg"]} | {row["difference"] ?? "–"} | {row["p"] ?? "–"} ");
                text.Append(CultureInfo.InvariantCulture, $"| {row["settings"]} | {(double)row["validation"]!:F4} | {row["search"]} |\n");
            }
        }

        return text.ToString();
    }

    /// <param name="OfUsers">Recall@20 of each user on test, the mean over seeds.</param>
    private sealed record Row(string Model, SearchResult Search, double[] Recall, double[] Ndcg, double[] OfUsers);
}
