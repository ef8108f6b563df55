using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Splitting;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;

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
