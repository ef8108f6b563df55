using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;

namespace Tessera.Recommendation.Tests.Runs;

public sealed class WarmStartTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly string _earlier;

    public WarmStartTests()
    {
        _earlier = _folder.In("earlier");
        TinyRuns.Execute(_earlier, TinyRuns.Of(TinyRuns.Named, epochs: 2));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Known_users_and_items_keep_their_rows_wherever_they_stand_now_and_new_ones_begin_as_usual()
    {
        Dataset grown = Grown();
        using var device = new Device(1);
        using Recommender fresh = Model(device, grown), warm = Model(device, grown);
        using SmallModel small = Small(device);
        Dictionary<string, Matrix> saved = SafetensorsReader.Read(Path.Combine(_earlier, "model.safetensors")).ToDictionary(tensor => tensor.Name, tensor => tensor.Value);

        Assert.Equal((TinyRuns.Named.Users, TinyRuns.Named.Items), WarmStart.Open(_earlier, "tiny").Apply(warm, small, grown));

        foreach ((string name, IReadOnlyList<string> was, IReadOnlyList<string> now) in new[]
        {
            ("users", TinyRuns.Named.UserIds!, grown.UserIds!), ("items", TinyRuns.Named.ItemIds!, grown.ItemIds!),
        })
        {
            Matrix values = warm.Parameters.Single(p => p.Name == name).Value, initial = fresh.Parameters.Single(p => p.Name == name).Value;
            for (int row = 0; row < values.Rows; row++)
            {
                int before = Array.IndexOf([.. was], now[row]);
                Assert.Equal((before < 0 ? initial.Row(row) : saved[name].Row(before)).ToArray(), values.Row(row).ToArray());
            }
        }

        Assert.Equal(saved["carried"].Span.ToArray(), warm.Buffers.Single().Value.Span.ToArray());
    }

    [Fact]
    public void A_warm_run_names_what_it_started_from_and_is_repeated_and_resumed_to_the_same_bytes()
    {
        TinyRuns.Execute(_folder.In("cold"), TinyRuns.Of(Grown()));
        TinyRuns.Execute(_folder.In("warm"), Warm());
        TinyRuns.Execute(_folder.In("again"), Warm());
        Assert.Throws<OperationCanceledException>(() => TinyRuns.Execute(_folder.In("stopped"), Warm(), stopAfterEpoch: 2));
        TinyRuns.Execute(_folder.In("stopped"), Warm(), resume: true);

        RunConfig config = RunConfig.Read(_folder.In("warm/config.json"));
        Assert.Equal(Checksums.Of(Path.Combine(_earlier, "model.safetensors")), config.From);
        foreach (string folder in new[] { "again", "stopped" })
            Assert.Equal(File.ReadAllBytes(_folder.In("warm/SHA256SUMS")), File.ReadAllBytes(_folder.In($"{folder}/SHA256SUMS")));
        Assert.NotEqual(File.ReadAllBytes(_folder.In("cold/model.safetensors")), File.ReadAllBytes(_folder.In("warm/model.safetensors")));
        TrainedRun.Open(_folder.In("warm"), verifyAll: true).Dispose();

        TrainingRun Warm() => TinyRuns.Of(Grown(), from: _earlier);
    }

    [Fact]
    public void A_run_is_not_resumed_from_another_start()
    {
        Assert.Throws<OperationCanceledException>(() => TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(Grown(), from: _earlier), stopAfterEpoch: 1));

        Assert.Contains("from (SHA-256) was ", Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(Grown()), resume: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_joined_is_refused_with_the_reason()
    {
        Assert.Contains("The users of the data set have no external ids", Refusal(TinyRun.Data), StringComparison.Ordinal);
        string numbered = _folder.In("numbered");
        TinyRuns.Execute(numbered, TinyRuns.Of(epochs: 1));
        Assert.Contains("The users of the earlier run have no external ids", Refusal(Grown(), numbered), StringComparison.Ordinal);
        Assert.Contains("is of the model tiny, and other cannot start from it", Assert.Throws<InvalidInputException>(() => WarmStart.Open(_earlier, "other")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => WarmStart.Open(_folder.In("nothing"), "tiny"));
        File.AppendAllText(Path.Combine(_earlier, "model.safetensors"), " ");
        Assert.Contains("model.safetensors' is damaged", Assert.Throws<InvalidInputException>(() => WarmStart.Open(_earlier, "tiny")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, "'users' is 60 x 16 there and 61 x 8 now")]
    [InlineData(8, "'users' holds numbers that are not finite")]
    [InlineData(0, "'users' is not in it")]
    public void Parameters_that_do_not_fit_are_refused(int columns, string sentence)
    {
        var directory = new RunDirectory(_earlier);
        List<(string, Matrix)> tensors = [.. SafetensorsReader.Read(directory.ModelFile).Where(tensor => tensor.Name != "users")];
        if (columns == 16) tensors.Add(("users", new Matrix(60, 16)));
        else if (columns == 8) tensors.Add(("users", new Matrix(60, 8) { [3, 3] = float.NaN }));
        SafetensorsWriter.Write(directory.ModelFile, tensors, RunDirectory.Mark(directory.ModelFile, RunConfig.Read(directory.ConfigFile)));
        directory.WriteChecksums(File.ReadAllText(directory.MetricsFile));

        Assert.Contains(sentence, Refusal(Grown()), StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_users_as_items_are_not_taken_for_one_another()
    {
        Interactions square = Interactions.FromPairs(40, 40, TinyRun.Data.Train.Pairs().Where(pair => pair.User < 40));
        Interactions heldOut = Interactions.FromPairs(40, 40, TinyRun.Data.Validation.Pairs().Where(pair => pair.User < 40));
        var data = new Dataset("square", square, heldOut, heldOut, [])
        {
            UserIds = [.. Enumerable.Range(0, 40).Select(user => $"u{user}")],
            ItemIds = [.. Enumerable.Range(0, 40).Select(item => $"i{item}")],
        };
        string run = _folder.In("square");
        TinyRuns.Execute(run, TinyRuns.Of(data, epochs: 1));
        Dictionary<string, Matrix> saved = SafetensorsReader.Read(Path.Combine(run, "model.safetensors")).ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        var reversed = new Dataset("reversed", square, heldOut, heldOut, []) { UserIds = [.. data.UserIds.Reverse()], ItemIds = data.ItemIds };
        using var device = new Device(1);
        using Recommender warm = Model(device, reversed);
        using SmallModel small = Small(device);

        WarmStart.Open(run, "tiny").Apply(warm, small, reversed);

        Assert.Equal(saved["users"].Row(39).ToArray(), warm.Parameters.Single(p => p.Name == "users").Value.Row(0).ToArray());
        Assert.Equal(saved["items"].Row(39).ToArray(), warm.Parameters.Single(p => p.Name == "items").Value.Row(39).ToArray());
    }

    /// <summary>The users in reverse with a new one in front, and two new items in front.</summary>
    private static Dataset Grown()
    {
        Dataset old = TinyRuns.Named;
        int users = old.Users + 1, items = old.Items + 2;
        return new Dataset("grown", Moved(old.Train), Moved(old.Validation), Moved(old.Test), [])
        {
            UserIds = ["new user", .. old.UserIds!.Reverse()],
            ItemIds = ["new item 1", "new item 2", .. old.ItemIds!],
        };

        Interactions Moved(Interactions split) =>
            Interactions.FromPairs(users, items, split.Pairs().Select(pair => (users - 1 - pair.User, pair.Item + 2)).Append((0, split == old.Train ? 0 : 1)));
    }

    private string Refusal(Dataset data, string? earlier = null)
    {
        using var device = new Device(1);
        using Recommender model = Model(device, data);
        using SmallModel small = Small(device);
        return Assert.Throws<InvalidInputException>(() => WarmStart.Open(earlier ?? _earlier, "tiny").Apply(model, small, data)).Message;
    }

    private static SmallModel Small(Device device) => new(TinyRuns.Model, new Tessera.OwnModel.TinyOptions { EmbeddingSize = 4 }, [], device);

    private static Recommender Model(Device device, Dataset data) => TinyRuns.Model.Create(
        new RecommenderInputs(data.Train, data.Modalities, new Rng(1), new NeighborGraphs(device)), new Tessera.OwnModel.TinyOptions { EmbeddingSize = 4 });
}
