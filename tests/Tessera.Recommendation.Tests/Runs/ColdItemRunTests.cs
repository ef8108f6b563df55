using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Splitting;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Runs on data with items and users that have no interaction, and on whatever a split scheme writes.</summary>
public sealed class ColdItemRunTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_answers_for_items_and_users_without_interactions(bool named)
    {
        Dataset data = TinyRun.Data;
        int users = data.Users + 2, items = data.Items + 3;
        Interactions Wider(Interactions split) => Interactions.FromPairs(users, items, split.Pairs());
        var shop = new Dataset(
            "shop", Wider(data.Train), Wider(data.Validation), Wider(data.Test), [Graphs.Features.Gaussian("image", items, 4, seed: 1)])
        {
            UserIds = named ? [.. Enumerable.Range(0, users).Select(user => $"u{user}")] : null,
            ItemIds = named ? [.. Enumerable.Range(0, items).Select(item => $"i{item}")] : null,
        };

        TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(shop));

        using TrainedRun run = TrainedRun.Open(_folder.In("run"));
        Assert.Equal((users, items), (run.Embeddings.Users.Rows, run.Embeddings.Items.Rows));
        int last = run.FindItem(named ? $"i{items - 1}" : $"{items - 1}");
        Assert.Equal(items - 1, last);
        Assert.Equal(items - 1, run.Similar(last, 1000).Count);
        Assert.Contains(run.Similar(0, 1000), item => item.Item == last);
        Assert.Contains(run.Recommend(0, 1000), item => item.Item == last);
        IReadOnlyList<RankedItem> popular = run.Recommend(run.FindUser(named ? $"u{users - 1}" : $"{users - 1}"), 1000);
        Assert.Equal(data.Train.ItemIndices.ToArray().Distinct().Count(), popular.Count);
        Assert.All(popular, item => Assert.Equal(RankedItem.Popular, item.Reason));
    }

    [Fact]
    public void A_mixed_splits_epochs_are_judged_by_the_harmonic_mean_and_its_parts_are_written_down()
    {
        Dataset mixed = ColdStartSplit.Mixed(TinyRun.Data, new Rng(4));

        RunResult result = TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(mixed, epochs: 12, coldItems: ColdItemVectors.Neighbors, coldItemFactor: 1));

        MetricName metric = MetricName.Parse("Recall@5");
        JsonNode[] epochs = [.. File.ReadLines(_folder.In("run/epochs.jsonl")).Select(line => JsonNode.Parse(line)!)];
        double[] means = [.. epochs.Select(epoch => (double)epoch["harmonicMean"]!["Recall@5"]!)];
        Assert.All(epochs, epoch => Assert.Equal(Mean((double)epoch["warm"]!["Recall@5"]!, (double)epoch["cold"]!["Recall@5"]!), (double)epoch["harmonicMean"]!["Recall@5"]!, 1e-12));
        double[] windows = [.. Enumerable.Range(5, means.Length - 4).Select(end => means[(end - 5)..end].Average())];
        Assert.Equal(5 + Array.IndexOf(windows, windows.Max()), result.BestEpoch);
        Assert.Equal(means[result.BestEpoch - 1], result.Validation.HarmonicMean(metric));
        Assert.True(windows.Max() > 0);
        Assert.InRange(result.Test.ColdShare!.Value, 0.05, 0.5);
        RunResult read = RunResult.Read(_folder.In("run/metrics.json"));
        Assert.Equal(result.Test.ToJson()!.ToJsonString(), read.Test.ToJson()!.ToJsonString());
        Assert.Equal(result.Test.Cold!.Users, read.Test.Cold!.Users);
        Assert.Null(read.TestAmongCold);

        static double Mean(double warm, double cold) => warm + cold == 0 ? 0 : 2 * warm * cold / (warm + cold);
    }

    [Fact]
    public void Where_whole_items_are_held_out_test_is_measured_among_them_and_among_all()
    {
        Dataset cold = ColdStartSplit.Of(TinyRun.Data, new Rng(4)).Dataset;

        RunResult result = TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(cold));

        Assert.Equal(result.Test.Users, result.TestAmongCold!.Users);
        Assert.Equal(1d, result.TestAmongCold[MetricName.Parse("Recall@5")]); // of four
        Assert.True(result.Test[MetricName.Parse("Recall@5")] < 1);
        JsonNode metrics = JsonNode.Parse(File.ReadAllText(_folder.In("run/metrics.json")))!;
        Assert.Equal("cold", (string)metrics["validationCandidates"]!);
        Assert.Equal(result.TestAmongCold.ToJson()!.ToJsonString(), RunResult.Read(_folder.In("run/metrics.json")).TestAmongCold!.ToJson()!.ToJsonString());
    }

    [Fact]
    public void Saved_vectors_of_items_that_nobody_had_are_the_mean_of_their_neighbors()
    {
        Dataset mixed = ColdStartSplit.Mixed(TinyRun.Data, new Rng(4));
        TinyRuns.Execute(_folder.In("own"), TinyRuns.Of(mixed, epochs: 1));
        RunResult result = TinyRuns.Execute(_folder.In("one"), TinyRuns.Of(mixed, epochs: 1, coldItems: ColdItemVectors.Neighbors));
        TinyRuns.Execute(_folder.In("three"), TinyRuns.Of(mixed, epochs: 1, coldItems: ColdItemVectors.Neighbors), threads: 3);

        using TrainedRun own = TrainedRun.Open(_folder.In("own")), one = TrainedRun.Open(_folder.In("one")), three = TrainedRun.Open(_folder.In("three"));
        using var device = new Device(1);
        WarmNeighbors neighbors = WarmNeighbors.Find(mixed.Modalities, null, mixed.Train, 10, new NeighborGraphs(device));
        Assert.Equal(8, neighbors.Items.Length);
        for (int item = 0; item < mixed.Items; item++)
        {
            Assert.Equal(one.Embeddings.Items.Row(item), three.Embeddings.Items.Row(item));
            int row = Array.IndexOf(neighbors.Items, item);
            if (row < 0)
            {
                Assert.Equal(own.Embeddings.Items.Row(item), one.Embeddings.Items.Row(item));
                continue;
            }

            for (int c = 0; c < own.Embeddings.Items.Columns; c++)
            {
                double mean = neighbors.Weights.RowColumns(row).ToArray().Zip(neighbors.Weights.RowValues(row).ToArray(), (j, p) => (double)p * own.Embeddings.Items[j, c]).Sum();
                Assert.Equal(result.ColdItemFactor!.Value * mean, one.Embeddings.Items[item, c], 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(ColdItemVectors.Own)]
    [InlineData(ColdItemVectors.Neighbors)]
    public void The_factor_on_cold_items_that_is_best_on_validation_is_that_of_the_run(ColdItemVectors coldItems)
    {
        Dataset mixed = ColdStartSplit.Mixed(TinyRun.Data, new Rng(4));
        double MeanBy(float factor) => TinyRuns.Execute(_folder.In($"by {factor}"), TinyRuns.Of(mixed, epochs: 1, coldItems: coldItems, coldItemFactor: factor))
            .Validation.HarmonicMean(MetricName.Parse("Recall@5"));

        RunResult chosen = TinyRuns.Execute(_folder.In("chosen"), TinyRuns.Of(mixed, epochs: 1, coldItems: coldItems));

        double[] means = [.. TrainingOptions.ColdItemFactors.Select(MeanBy)];
        float best = TrainingOptions.ColdItemFactors[Array.IndexOf(means, means.Max())];
        Assert.True(best > 1);
        Assert.Equal(best, chosen.ColdItemFactor);
        Assert.Equal(best, RunResult.Read(_folder.In("chosen/metrics.json")).ColdItemFactor);
        Assert.Equal(means.Max(), chosen.Validation.HarmonicMean(MetricName.Parse("Recall@5")));
        using TrainedRun byItself = TrainedRun.Open(_folder.In("chosen")), set = TrainedRun.Open(_folder.In($"by {best}"));
        Assert.Equal(set.Embeddings.Items.Span, byItself.Embeddings.Items.Span);
        Assert.Equal(coldItems == ColdItemVectors.Neighbors ? best : 1, byItself.Live!.ItemFactor);
    }

    [Fact]
    public void Where_validation_holds_no_cold_items_there_is_no_factor_to_choose()
    {
        TrainingRun run = TinyRuns.Of(epochs: 1);

        Assert.Null(TinyRuns.Execute(_folder.In("run"), run).ColdItemFactor);
        Assert.Equal(1, run.Config.Training.ColdItemFactor);
    }

    [Fact]
    public void Neighbors_need_features()
    {
        Dataset bare = ColdStartSplit.Mixed(TinyRun.Data.WithModalities([]), new Rng(4));

        var refused = Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(bare, coldItems: ColdItemVectors.Neighbors)));

        Assert.Contains("the data has none", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("run")));
    }

    public static TheoryData<SplitScheme> Schemes => [.. Enum.GetValues<SplitScheme>()];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Whatever_a_scheme_writes_of_a_small_log_can_be_trained_on(SplitScheme scheme)
    {
        int written = 0, refused = 0;
        for (ulong seed = 0; seed < 30; seed++)
        {
            EventLog log = Draw(_folder.In($"log-{seed}"), new Rng(seed));
            Dataset data;
            try
            {
                data = EventLogSplitter.Write(log, scheme, seed, _folder.In($"data-{seed}"));
            }
            catch (InvalidInputException)
            {
                Assert.False(Directory.Exists(_folder.In($"data-{seed}")));
                refused++;
                continue;
            }

            RunResult result = TinyRuns.Execute(_folder.In($"run-{seed}"), TinyRuns.Of(data, epochs: 1));
            Assert.Equal(1, result.Epochs);
            Assert.Equal(scheme == SplitScheme.None, result.Validation.Users + result.Test.Users == 0 && data.Validation.Count + data.Test.Count == 0);
            using TrainedRun run = TrainedRun.Open(_folder.In($"run-{seed}"));
            Assert.Equal(data.Items, run.Embeddings.Items.Rows);
            written++;
        }

        Assert.InRange(written, 3, 30);
        Assert.Equal(30, written + refused);
    }

    /// <summary>1 to 8 users with 1 to 6 events each with 1 to 16 items, and at times items without events.</summary>
    private static EventLog Draw(string folder, Rng rng)
    {
        using (var writer = new EventLogWriter(folder, "small", []))
        {
            int users = 1 + rng.Next(8), items = 1 + rng.Next(16);
            for (int user = 0; user < users; user++)
            {
                for (int n = rng.Next(6); n >= 0; n--)
                    writer.Add(new Event(writer.User($"u{user}"), writer.Item($"i{rng.Next(items)}"), 1 + rng.Next(20), 5));
            }

            for (int item = rng.Next(3); item > 0; item--)
                writer.AddItem(new ItemRecord($"new {item}", new Dictionary<string, string> { ["title"] = "new" }, null));
            writer.Complete(new JsonObject { ["step"] = "import" });
        }

        return EventLog.Open(folder);
    }
}
