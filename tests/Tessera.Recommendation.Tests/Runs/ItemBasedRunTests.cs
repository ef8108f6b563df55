using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Tests.Training;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Runs of a model without epochs and vectors.</summary>
public sealed class ItemBasedRunTests : IDisposable
{
    private static readonly ModelDescription Model = ModelCatalog.Of(typeof(TinyItemBased).Assembly).Find("tiny-item-based");
    private readonly TemporaryDirectory _folder = new();
    private readonly string _path;
    private readonly RunResult _result;

    public ItemBasedRunTests()
    {
        _path = _folder.In("run");
        _result = TinyRuns.Execute(_path, Of());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_has_no_epochs_parameters_and_vectors_and_its_files_are_whole()
    {
        Assert.Equal((0, 0, false), (_result.Epochs, _result.BestEpoch, _result.StoppedEarly));
        Assert.Equal(
            ["SHA256SUMS", "behavior.safetensors", "config.json", "known.safetensors", "metrics.json"],
            Directory.GetFiles(_path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(new RunDirectory(_path).VerifyAll().IsItemBased);
        Assert.Equal(_result.Test.Metrics, TinyRuns.Execute(_path, Of(), resume: true).Test.Metrics);
    }

    [Fact]
    public void It_recommends_and_measures_what_its_model_scores()
    {
        using TrainedRun run = TrainedRun.Open(_path);
        using var device = new Device(1);
        var weights = new ItemWeights(ItemKnnWeights.Of(TinyRun.Data.Train, 3, 0, device, CancellationToken.None), [.. Enumerable.Range(0, TinyRun.Data.Items).Select(item => item / 1000f)]);
        var scores = new float[TinyRun.Data.Items];
        Interactions known = TinyRun.Data.AllInteractions();
        for (int user = 0; user < known.Users; user++)
        {
            weights.Score(TinyRun.Data.Train.ItemsOf(user), scores);
            int[] expected = [.. Enumerable.Range(0, known.Items).Where(item => !known.Contains(user, item)).OrderByDescending(item => scores[item]).Take(5)];
            IReadOnlyList<RankedItem> ranked = run.Recommend(user, 5);
            if (TinyRun.Data.Train.ItemsOf(user).IsEmpty) continue;
            Assert.Equal(expected, ranked.Select(item => item.Item));
            Assert.All(ranked, item => Assert.Equal(scores[item.Item], item.Score, 1e-6f));
            Assert.All(ranked, item => Assert.Empty(item.Shares));
        }

        using IScorer scorer = run.Scorer();
        Assert.Equal(_result.Test.Metrics, new Evaluator(device, TinyRun.Data.Train).Evaluate(scorer, [HeldOut.Test(TinyRun.Data, Protocol.Strict)])[0].Metrics);
        Assert.Empty(run.ChunkWeights(0));
    }

    [Fact]
    public void Similar_items_are_those_it_weighs_most()
    {
        using TrainedRun run = TrainedRun.Open(_path);
        using var device = new Device(1);
        var weights = new ItemWeights(ItemKnnWeights.Of(TinyRun.Data.Train, 3, 0, device, CancellationToken.None));

        Assert.Equal(weights.Strongest(4).Take(2), run.Similar(4, 2).Select(item => (item.Item, item.Score)));
        Assert.InRange(run.Similar(4, 100).Count, 1, 3);
    }

    [Fact]
    public void Vectors_are_refused_with_a_sentence_and_nothing_is_exported()
    {
        using TrainedRun run = TrainedRun.Open(_path);

        string message = Assert.Throws<InvalidInputException>(() => RunExport.Write(run, _folder.In("vectors"))).Message;

        Assert.Equal("The run's model, tiny-item-based, is item-based and has no vectors; expected a run of a model that has some, so train one.", message);
        Assert.False(Path.Exists(_folder.In("vectors")));
    }

    [Fact]
    public void Settings_of_training_and_an_earlier_run_are_refused()
    {
        string set = Assert.Throws<InvalidInputException>(() => Of(new TrainingOptions { LearningRate = 0.5f, Epochs = 3 })).Message;
        string from = Assert.Throws<InvalidInputException>(() => Of(from: _path)).Message;

        Assert.Contains("without epochs, so epochs, learningRate would do nothing; leave them out", set, StringComparison.Ordinal);
        Assert.Contains("starts from nothing", from, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_run_is_continued_by_computing_it()
    {
        File.Delete(Path.Combine(_path, "metrics.json"));
        File.Delete(Path.Combine(_path, "behavior.safetensors"));

        Assert.Equal(_result.Test.Metrics, TinyRuns.Execute(_path, Of(), resume: true).Test.Metrics);
        Assert.NotNull(new RunDirectory(_path).VerifyAll());
    }

    [Theory]
    [InlineData("behavior.safetensors")]
    [InlineData("known.safetensors")]
    public void A_damaged_file_is_refused(string file)
    {
        string path = Path.Combine(_path, file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^5] ^= 0x10;
        File.WriteAllBytes(path, bytes);

        Assert.Contains(file, Assert.Throws<InvalidInputException>(() => TrainedRun.Open(_path, verifyAll: true)).Message, StringComparison.Ordinal);
        Assert.Contains(file, Assert.Throws<InvalidInputException>(() => TrainedRun.Open(_path).Recommend(0, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_is_read_as_it_was_written()
    {
        RunConfig config = RunConfig.Read(new RunDirectory(_path).ConfigFile);

        Assert.Equal(Of().Config.ToJson(), config.ToJson());
        Assert.True((bool)JsonNode.Parse(config.ToJson())!["itemBased"]!);
    }

    private static TrainingRun Of(TrainingOptions? training = null, string? from = null) =>
        new(TinyRun.Data, Model, new TinyItemBasedOptions(), training ?? new TrainingOptions(), seed: 5, Protocol.Strict, from: from);
}
