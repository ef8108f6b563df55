using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Tests.Training;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Runs whose scores others' behavior corrects.</summary>
public sealed class BehaviorRunTests : IDisposable
{
    private static readonly MetricName Recall = MetricName.Parse("Recall@5");
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Behavior.Ease)]
    [InlineData(Behavior.ItemKnn)]
    public void The_weight_is_that_which_is_best_on_validation(Behavior behavior)
    {
        var notes = new Notes();
        RunResult plain = TinyRuns.Execute(_folder.In("plain"), TinyRuns.Of()), corrected = TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(behavior: behavior, logger: notes));
        using TrainedRun own = TrainedRun.Open(_folder.In("plain"));
        using var device = new Device(1);
        Interactions train = TinyRun.Data.Train;
        var weights = new ItemWeights(behavior == Behavior.Ease
            ? EaseWeights.Of(train, EaseWeights.Regularization, EaseWeights.Neighbors, device, CancellationToken.None)
            : ItemKnnWeights.Of(train, ItemKnnWeights.Neighbors, ItemKnnWeights.Shrinkage, device, CancellationToken.None));
        var residual = new BehaviorResidual(weights, train.ItemCounts(), train.ItemsOf);

        double[] values = [.. BehaviorResidual.Weights.Select(weight => Measure(own, residual, weight, device))];

        Assert.Equal(plain.Validation[Recall], values[0]);
        Assert.Null(plain.BehaviorWeight);
        Assert.Equal(BehaviorResidual.Weights[Array.IndexOf(values, values.Max())], corrected.BehaviorWeight);
        Assert.Equal(values.Max(), corrected.Validation[Recall]);
        Assert.Contains(notes.Sentences, note => note.StartsWith($"behaviorWeight {corrected.BehaviorWeight} is best on validation: Recall@5", StringComparison.Ordinal));
        Assert.Equal(corrected.BehaviorWeight, (float)JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.In("run"), "metrics.json")))!["behaviorWeight"]!);
        Assert.Equal(corrected.BehaviorWeight, TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(behavior: behavior), resume: true).BehaviorWeight);
    }

    [Fact]
    public void A_run_recommends_and_measures_by_both_and_says_the_part_of_each()
    {
        RunResult result = TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(behavior: Behavior.Ease, behaviorWeight: 0.7f));
        using TrainedRun run = TrainedRun.Open(_folder.In("run"));
        using var device = new Device(1);
        using IScorer scorer = run.Scorer();

        Assert.Equal(0.7f, result.BehaviorWeight);
        Assert.Equal(result.Test.Metrics, new Evaluator(device, TinyRun.Data.Train).Evaluate(scorer, [HeldOut.Test(TinyRun.Data, Protocol.Strict)])[0].Metrics);
        foreach (RankedItem item in run.Recommend(3, 10))
        {
            Assert.Equal(["left", "right", "behavior"], item.Shares.Keys);
            Assert.Equal(item.Score, item.Shares.Values.Sum(), 1e-5f);
        }
    }

    [Fact]
    public void Vectors_are_those_of_the_run_without_and_a_weight_of_zero_ranks_like_it()
    {
        TinyRuns.Execute(_folder.In("plain"));
        TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(behavior: Behavior.ItemKnn, behaviorWeight: 0));
        using TrainedRun plain = TrainedRun.Open(_folder.In("plain")), run = TrainedRun.Open(_folder.In("run"));

        Assert.Equal(plain.Embeddings.Items.Span.ToArray(), run.Embeddings.Items.Span.ToArray());
        Assert.Equal(plain.Similar(2, 5).Select(item => item.Item), run.Similar(2, 5).Select(item => item.Item));
        Assert.Equal(plain.Recommend(1, 20).Select(item => (item.Item, item.Score)), run.Recommend(1, 20).Select(item => (item.Item, item.Score)));
        Assert.False(File.Exists(Path.Combine(_folder.In("plain"), "behavior.safetensors")));
    }

    [Fact]
    public void A_run_without_its_behavior_is_not_whole()
    {
        TinyRuns.Execute(_folder.In("run"), TinyRuns.Of(behavior: Behavior.Ease, behaviorWeight: 0.5f));
        string path = _folder.In("run");
        File.Delete(Path.Combine(path, "behavior.safetensors"));

        Assert.Contains("behavior.safetensors", Assert.Throws<InvalidInputException>(() => TrainedRun.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains("behavior.safetensors", Assert.Throws<InvalidInputException>(() => new RunDirectory(path).VerifyAll()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_starts_from_an_earlier_run_and_is_resumed_to_the_same_bytes()
    {
        TinyRuns.Execute(_folder.In("earlier"), TinyRuns.Of(TinyRuns.Named, epochs: 2));
        TinyRuns.Execute(_folder.In("whole"), Warm());
        Assert.Throws<OperationCanceledException>(() => TinyRuns.Execute(_folder.In("stopped"), Warm(), stopAfterEpoch: 2));
        TinyRuns.Execute(_folder.In("stopped"), Warm(), resume: true);

        foreach (string file in new[] { "behavior.safetensors", "embeddings.safetensors", "metrics.json", "SHA256SUMS" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.In("whole"), file)), File.ReadAllBytes(Path.Combine(_folder.In("stopped"), file)));

        TrainingRun Warm() => TinyRuns.Of(TinyRuns.Named, from: _folder.In("earlier"), behavior: Behavior.ItemKnn);
    }

    [Fact]
    public void What_cannot_be_corrected_is_refused_before_training()
    {
        Dataset data = TinyRun.Data, unvalidated = new(data.Name, data.Train, Interactions.FromPairs(data.Users, data.Items, []), data.Test, data.Modalities);
        Dataset named = new(data.Name, data.Train, data.Validation, data.Test, [new Modality("behavior", data.Modalities[0].Features)]);

        Refused("is chosen on validation", () => TinyRuns.Of(unvalidated, behavior: Behavior.Ease));
        Refused("behaviorWeight does nothing without behavior", () => TinyRuns.Of(behaviorWeight: 0.2f));
        Refused("A modality is named 'behavior'", () => TinyRuns.Of(named, behavior: Behavior.ItemKnn));
        Assert.NotNull(TinyRuns.Of(unvalidated, behavior: Behavior.Ease, behaviorWeight: 0.2f));

        static void Refused(string sentence, Func<TrainingRun> create) =>
            Assert.Contains(sentence, Assert.Throws<InvalidInputException>(create).Message, StringComparison.Ordinal);
    }

    private static double Measure(TrainedRun run, BehaviorResidual residual, float weight, Device device)
    {
        using var scorer = new ResidualScorer(run.Scorer(), residual, weight);
        return new Evaluator(device, TinyRun.Data.Train, [Recall]).Evaluate(scorer, [HeldOut.Validation(TinyRun.Data)])[0][Recall];
    }
}
