using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Runs on data without validation, without test, or without both.</summary>
public sealed class MissingSplitTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void What_is_there_is_measured_and_the_run_recommends(bool validation, bool test)
    {
        var notes = new Notes();

        RunResult result = TinyRuns.Execute(In("run"), TinyRuns.Of(Without(!validation, !test), logger: notes));

        Assert.Equal((validation, test), (result.Validation.Users > 0, result.Test.Users > 0));
        Assert.Equal(validation, !double.IsNaN(result.Validation[new MetricName(Metric.Recall, 20)]));
        JsonObject metrics = JsonNode.Parse(File.ReadAllText(In("run/metrics.json")))!.AsObject();
        Assert.Equal((validation, test), (metrics["validation"] is not null, metrics["test"] is not null));
        Assert.True(metrics.ContainsKey("validation") && metrics.ContainsKey("test"));
        Assert.Equal(4, (int)metrics["epochs"]!);
        if (!validation) Assert.Equal((4, false), ((int)metrics["bestEpoch"]!, (bool)metrics["stoppedEarly"]!));
        Assert.Equal(
            validation ? 0 : 1,
            notes.Sentences.Count(note => note.StartsWith(
                "There are no validation interactions, so training runs 4 epochs without early stopping and keeps the last", StringComparison.Ordinal)));
        using TrainedRun run = TrainedRun.Open(In("run"));
        Assert.Equal(3, run.Recommend(0, 3).Count);
        Assert.Equal(3, run.Similar(0, 3).Count);
    }

    [Fact]
    public void The_default_number_of_epochs_is_in_the_configuration_and_a_run_of_it_is_the_same()
    {
        Dataset data = Without(validation: true, test: true);
        var run = TinyRuns.Of(data, epochs: null);

        Assert.Equal(100, run.Config.Training.Epochs);
        Assert.Equal(1000, TinyRuns.Of(epochs: null).Config.Training.Epochs);
        Assert.Equal(run.Config.Hash, TinyRuns.Of(data, epochs: 100).Config.Hash);
    }

    [Fact]
    public void A_stopped_run_goes_on_to_the_same_bytes()
    {
        Dataset data = Without(validation: true, test: true);
        TinyRuns.Execute(In("whole"), TinyRuns.Of(data));
        Assert.Throws<OperationCanceledException>(() => TinyRuns.Execute(In("stopped"), TinyRuns.Of(data), stopAfterEpoch: 2));

        TinyRuns.Execute(In("stopped"), TinyRuns.Of(data), resume: true);

        foreach (string file in new[] { "config.json", "metrics.json", "model.safetensors", "embeddings.safetensors", "SHA256SUMS" })
            Assert.Equal(File.ReadAllBytes(In($"whole/{file}")), File.ReadAllBytes(In($"stopped/{file}")));
    }

    [Fact]
    public void A_metric_that_cannot_rise_is_named_when_training_ends()
    {
        Interactions train = Interactions.FromPairs(4, 6, [(0, 0), (0, 1), (1, 1), (1, 2), (2, 3), (3, 4), (3, 5)]);
        Interactions held = Interactions.FromPairs(4, 6, [(0, 2), (1, 0), (2, 4)]), none = Interactions.FromPairs(4, 6, []);
        var notes = new Notes();

        RunResult result = TinyRuns.Execute(
            In("run"), TinyRuns.Of(new Dataset("shop", train, held, none, []), epochs: 30, monitor: "Recall@20", logger: notes));

        Assert.Equal((21, 1, true), (result.Epochs, result.BestEpoch, result.StoppedEarly));
        Assert.Contains("No user has more than 5 candidates in validation, so Recall@5, Recall@10, Recall@20, Recall@50 are 1 whatever the model "
            + "and say nothing; smaller cut-offs and NDCG do.", notes.Sentences);
        Assert.Contains("Recall@20 on validation was 1 after epoch 1, as high as it goes, so none of the epochs after it could count: training ended after 21. "
            + "A monitor such as NDCG@5 may tell them apart.", notes.Sentences);
    }

    private static Dataset Without(bool validation, bool test)
    {
        Dataset data = TinyRun.Data;
        Interactions none = Interactions.FromPairs(data.Users, data.Items, []);
        return data.WithSplits(data.Train, validation ? none : data.Validation, test ? none : data.Test);
    }

    private string In(string name) => Path.Combine(_folder.Path, name);
}
