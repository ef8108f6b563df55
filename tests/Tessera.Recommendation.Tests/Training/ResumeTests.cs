using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.Splitting;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Epochs = 9, BatchSize = 100, LearningRate = 0.05f, LearningRateDecay = 0.9f, Monitor = "Recall@5" };
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1, 1, 1000)] // stopped in the first batch after epoch 1, …
    [InlineData(4, 2, 1, 1000)]
    [InlineData(5, 1, 2, 1000)] // … after epoch 5 with checkpoints at 2, 4, …
    [InlineData(8, 3, 3, 1000)]
    [InlineData(3, 1, 1, 2)]    // … with patience running out somewhere
    [InlineData(2, 1, 1, 1000, 4)] // … in and after the first window of evaluations
    [InlineData(6, 1, 1, 1000, 3)]
    public void A_resumed_run_is_to_the_bit_the_one_that_never_stopped(int epoch, int batch, int checkpointEvery, int patience, int window = 1)
    {
        TrainingOptions options = Options with { CheckpointEvery = checkpointEvery, Patience = patience, MonitorWindow = window };
        using var whole = new TinyRun(options);
        TrainingResult expected = whole.Run();

        using (TinyRun stopped = Stopped(options, epoch, batch)) Assert.Equal(epoch, stopped.Epochs.Count);
        using var resumed = new TinyRun(options);
        int done = resumed.Trainer.Resume(Store, out IReadOnlyList<string> notices);
        TrainingResult actual = resumed.Run(Store);

        Assert.Empty(notices);
        Assert.Equal(epoch / checkpointEvery * checkpointEvery, done);
        Assert.Equal(expected, actual);
        Assert.Equal(whole.Log.Skip(done), resumed.Log);
        Assert.Equal(whole.Bytes, resumed.Bytes);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void A_run_that_chooses_the_factor_on_cold_items_is_resumed_to_the_same_bits(int stopAfter)
    {
        Dataset mixed = ColdStartSplit.Mixed(TinyRun.Data, new Rng(4));
        TrainingOptions options = Options with { MonitorWindow = 3 };
        using var whole = new TinyRun(options, data: mixed);
        TrainingResult expected = whole.Run();
        using (TinyRun stopped = Stopped(options, stopAfter, 1, mixed)) Assert.Equal(stopAfter, stopped.Epochs.Count);

        using var resumed = new TinyRun(options, data: mixed);
        Assert.Equal(stopAfter, resumed.Trainer.Resume(Store, out _));
        Assert.Equal(expected, resumed.Run(Store));

        Assert.Equal(whole.Log.Skip(stopAfter), resumed.Log);
        Assert.Equal(whole.Bytes, resumed.Bytes);
        Assert.Equal(whole.Trainer.ColdItemFactor, resumed.Trainer.ColdItemFactor);
        Assert.True(whole.Trainer.ColdItemFactor > 1);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void A_run_without_validation_is_resumed_and_finished_to_the_same_bits(int stopAfter)
    {
        Dataset none = TinyRun.Data.WithSplits(TinyRun.Data.Train, Interactions.FromPairs(TinyRun.Data.Users, TinyRun.Data.Items, []), TinyRun.Data.Test);
        using var whole = new TinyRun(Options, data: none);
        TrainingResult expected = whole.Run();
        using (var stopped = new TinyRun(Options with { Epochs = stopAfter }, data: none)) stopped.Run(Store);

        using var resumed = new TinyRun(Options, data: none);
        Assert.Equal(stopAfter, resumed.Trainer.Resume(Store, out _));
        Assert.Equal(expected, resumed.Run(Store));

        Assert.Equal(whole.Bytes, resumed.Bytes);
    }

    [Fact]
    public void A_finished_run_is_not_trained_further()
    {
        using TinyRun first = new(Options), second = new(Options);
        TrainingResult expected = first.Run(Store);

        Assert.Equal(9, second.Trainer.Resume(Store, out _));
        TrainingResult actual = second.Run(Store);

        Assert.Equal(expected, actual);
        Assert.Equal(first.Bytes, second.Bytes);
        Assert.Empty(second.Epochs);
    }

    [Fact]
    public void Without_a_checkpoint_training_starts_at_the_first_epoch()
    {
        using var run = new TinyRun(Options with { Epochs = 1 });

        Assert.Equal(0, run.Trainer.Resume(Store, out IReadOnlyList<string> notices));
        Assert.Empty(notices);
        Assert.Equal(1, run.Run(Store).Epochs);
    }

    [Fact]
    public void A_damaged_checkpoint_is_skipped_for_the_one_before()
    {
        using TinyRun whole = new(Options), resumed = new(Options);
        whole.Run();
        Stopped(Options, 5, 1).Dispose();
        string damaged = Directory.GetDirectories(_folder.Path).Order(StringComparer.Ordinal).Last();
        File.AppendAllText(Path.Combine(damaged, "state.json"), " ");

        Assert.Equal(4, resumed.Trainer.Resume(Store, out IReadOnlyList<string> notices));
        resumed.Run(Store);

        Assert.Contains(damaged, Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(whole.Bytes, resumed.Bytes);
    }

    [Fact]
    public void Another_configuration_is_refused()
    {
        using (var first = new TinyRun(Options with { Epochs = 1 }, configHash: "a")) first.Run(Store);
        using var second = new TinyRun(Options with { Epochs = 1 }, configHash: "b");
        byte[] before = second.Bytes;

        var refused = Assert.Throws<InvalidInputException>(() => second.Trainer.Resume(Store, out _));

        Assert.Contains("another configuration", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, second.Bytes);
    }

    private CheckpointStore Store => new(_folder.Path);

    private TinyRun Stopped(TrainingOptions options, int afterEpoch, int inBatch, Dataset? data = null)
    {
        using var source = new CancellationTokenSource();
        var run = new TinyRun(options, data: data)
        {
            OnReport = report =>
            {
                if (!report.Finished && (report.Epoch, report.Batch) == (afterEpoch + 1, inBatch)) source.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => run.Run(Store, source.Token));
        return run;
    }
}
