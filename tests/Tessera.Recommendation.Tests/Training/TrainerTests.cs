using Tessera.Compute.Autograd;
using Tessera.Data;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 12, BatchSize = 100, LearningRate = 0.02f, Monitor = "Recall@5" };

    [Fact]
    public void The_loss_falls_and_every_batch_is_reported()
    {
        using var run = new TinyRun(Options);

        TrainingResult result = run.Run();

        int batches = (TinyRun.Data.Train.Count + 99) / 100;
        Assert.Equal(12, result.Epochs);
        Assert.False(result.StoppedEarly);
        Assert.Equal(12 * batches, run.Batches.Count);
        Assert.Equal(Enumerable.Range(1, 12), run.Epochs.Select(e => e.Epoch));
        Assert.All(run.Batches, report => Assert.Equal((batches, 12), (report.Batches, report.Epochs)));
        Assert.Equal(Enumerable.Range(1, batches), run.Batches.Where(report => report.Epoch == 3).Select(report => report.Batch));
        for (int e = 1; e < 12; e++) Assert.True(run.Epochs[e].Loss < run.Epochs[e - 1].Loss, string.Join('\n', run.Log));
        Assert.Equal(run.Batches[^1].Loss, run.Epochs[^1].Loss);
    }

    [Fact]
    public void Early_stopping_leaves_the_best_epochs_parameters()
    {
        byte[] best = [];
        TinyRun? running = null;
        using var run = new TinyRun(Options with { Epochs = 500, LearningRate = 0.05f, Patience = 4 })
        {
            OnReport = report => best = report.IsBest ? running!.Bytes : best,
        };
        running = run;

        TrainingResult result = run.Run();

        Assert.True(result.StoppedEarly);
        Assert.Equal(result.BestEpoch + 4, result.Epochs);
        Assert.Equal(best, run.Bytes);
        Assert.Equal(run.Epochs.Max(e => e.Validation![MetricName.Parse("Recall@5")]), result.Best);
        Assert.Equal(result.BestEpoch, run.Epochs.Last(e => e.IsBest).Epoch);
        using Embeddings embeddings = run.Trainer.ComputeEmbeddings();
        EvaluationResult again = new Evaluator(run.Device, TinyRun.Data.Train).Evaluate(embeddings, [HeldOut.Validation(TinyRun.Data)])[0];
        Assert.Equal(result.Best, again[MetricName.Parse("Recall@5")]);
    }

    [Fact]
    public void A_window_judges_an_epoch_by_the_mean_of_its_evaluation_and_those_before()
    {
        MetricName metric = MetricName.Parse("Recall@5");
        using var run = new TinyRun(Options with { Epochs = 200, LearningRate = 0.05f, Patience = 6, MonitorWindow = 4 });

        TrainingResult result = run.Run();

        double[] values = [.. run.Epochs.Select(epoch => epoch.Validation![metric])];
        double[] means = [.. Enumerable.Range(4, values.Length - 3).Select(end => values[(end - 4)..end].Average())];
        Assert.Equal(4 + Array.IndexOf(means, means.Max()), result.BestEpoch);
        Assert.Equal(means.Max(), result.Best!.Value, 1e-12);
        Assert.Equal(result.BestEpoch + 6, result.Epochs);
        Assert.All(run.Epochs.Take(3), epoch => Assert.Null(epoch.Best));
    }

    [Fact]
    public void A_window_that_is_never_full_leaves_the_last_epoch()
    {
        using var run = new TinyRun(Options with { Epochs = 3, MonitorWindow = 4 });

        TrainingResult result = run.Run();

        Assert.Equal(3, result.BestEpoch);
        Assert.Equal(run.Epochs.Average(epoch => epoch.Validation![MetricName.Parse("Recall@5")]), result.Best!.Value, 1e-12);
    }

    [Fact]
    public void The_window_is_one_but_where_whole_items_are_held_out()
    {
        Interactions train = Interactions.FromPairs(2, 5, [(0, 0), (1, 1)]), cold = Interactions.FromPairs(2, 5, [(0, 2), (1, 4)]), warm = Interactions.FromPairs(2, 5, [(0, 1), (1, 0)]);
        Assert.Equal(1, Options.MonitorWindowOf(HeldOut.Monitored(train, warm)));
        Assert.Equal(5, Options.MonitorWindowOf(HeldOut.Monitored(train, cold)));
        Assert.Equal(5, Options.MonitorWindowOf(HeldOut.Monitored(train, warm, [2])));
        Assert.Equal(3, (Options with { MonitorWindow = 3 }).MonitorWindowOf(HeldOut.Monitored(train, cold)));
    }

    [Fact]
    public void Validation_is_measured_at_its_interval_and_at_the_end()
    {
        using var run = new TinyRun(Options with { Epochs = 7, EvaluateEvery = 3 });

        TrainingResult result = run.Run();

        Assert.Equal([3, 6, 7], run.Epochs.Where(e => e.Validation is not null).Select(e => e.Epoch));
        Assert.Contains(result.BestEpoch, new[] { 3, 6, 7 });
    }

    [Theory]
    [InlineData(1, "The vectors of users and items are")]
    [InlineData(3, "The parameters are")]
    public void What_the_last_step_of_an_epoch_blew_up_is_neither_measured_nor_saved(int evaluateEvery, string what)
    {
        using var folder = new TemporaryDirectory();
        int batches = TinyRun.Data.Train.Count;
        using var run = new TinyRun(Options with { BatchSize = batches, LearningRate = float.MaxValue, EvaluateEvery = evaluateEvery });
        var checkpoints = new CheckpointStore(folder.Path);

        var diverged = Assert.Throws<NotFiniteNumberException>(() => run.Trainer.Run(checkpoints));

        Assert.StartsWith($"Epoch 1: {what} no longer finite; lower the learning rate (", diverged.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        foreach (TrainingOptions options in new[] { Options with { LearningRate = float.PositiveInfinity }, Options with { Patience = 0 } })
            Assert.Contains("out of its range", Assert.Throws<InvalidInputException>(() => new TinyRun(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(8, false)]
    public void Patience_counts_evaluations(int epochs, bool stopsEarly)
    {
        using var run = new TinyRun(Options with { Epochs = epochs, LearningRate = 0f, EvaluateEvery = 2, Patience = 3 });

        TrainingResult result = run.Run();

        Assert.Equal((8, 2, stopsEarly), (result.Epochs, result.BestEpoch, result.StoppedEarly)); // best at 2; 4, 6, 8 no better
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData(7, 7)]
    public void Without_validation_all_epochs_are_trained_and_the_last_is_kept(int? epochs, int expected)
    {
        Dataset data = TinyRun.Data;
        Dataset none = data.WithSplits(data.Train, Interactions.FromPairs(data.Users, data.Items, []), data.Test);
        byte[] last = [];
        TinyRun? running = null;
        using var run = new TinyRun(Options with { Epochs = epochs, Patience = 1 }, data: none) { OnReport = _ => last = running!.Bytes };
        running = run;

        TrainingResult result = run.Run();

        Assert.Equal(new TrainingResult(expected, expected, null, StoppedEarly: false), result);
        Assert.Equal(last, run.Bytes);
        Assert.All(run.Epochs, epoch => Assert.True(epoch.Validation is null && epoch.Best is null && !epoch.IsBest));
    }

    [Fact]
    public void Validation_of_users_without_training_items_is_nothing_to_measure()
    {
        Interactions train = Interactions.FromPairs(3, 4, [(0, 0), (1, 1)]), validation = Interactions.FromPairs(3, 4, [(2, 2)]);
        var data = new Dataset("late", train, validation, Interactions.FromPairs(3, 4, []), []);
        using var run = new TinyRun(Options with { Epochs = 2 }, data: data);

        Assert.Equal(new TrainingResult(2, 2, null, StoppedEarly: false), run.Run());
    }

    [Fact]
    public void Without_a_number_of_epochs_there_are_at_most_a_thousand()
    {
        using var run = new TinyRun(Options with { Epochs = null, LearningRate = 0f, EvaluateEvery = 500, Patience = 9 });

        Assert.Equal((1000, 500), (run.Run().Epochs, run.Epochs.Single(epoch => epoch.IsBest).Epoch));
    }

    [Fact]
    public void The_learning_rate_falls_smoothly_from_the_first_epoch_on()
    {
        using var run = new TinyRun(Options with { Epochs = 6, LearningRate = 0.01f, LearningRateDecay = 0.5f, LearningRatePeriod = 2 });

        run.Run();

        for (int e = 0; e < 6; e++) Assert.Equal(0.01 * Math.Pow(0.5, e / 2.0), run.Epochs[e].LearningRate, 1e-8);
    }

    [Fact]
    public void Another_metric_may_decide()
    {
        using var run = new TinyRun(Options with { Epochs = 2, Monitor = "ndcg@7" });

        TrainingResult result = run.Run();

        Assert.Equal(run.Epochs[result.BestEpoch - 1].Validation![MetricName.Parse("NDCG@7")], result.Best);
        Assert.Throws<InvalidInputException>(() => new TinyRun(Options with { Monitor = "Hits" }));
    }

    [Fact]
    public void A_loss_that_is_not_a_number_stops_training_and_spares_the_parameters()
    {
        byte[] before = [];
        TinyRun? running = null;
        using var run = new TinyRun(Options, new TinyOptions { PoisonedEpoch = 3 }) { OnReport = _ => before = running!.Bytes };
        running = run;

        var diverged = Assert.Throws<NotFiniteNumberException>(() => run.Run());

        int batches = (TinyRun.Data.Train.Count + 99) / 100;
        Assert.StartsWith($"Epoch 3, batch 2 of {batches}: The loss is NaN", diverged.Message, StringComparison.Ordinal);
        Assert.Contains("learning rate", diverged.Message, StringComparison.Ordinal);
        Assert.Equal(before, run.Bytes);
        foreach (Parameter parameter in run.Model.Parameters)
            foreach (float value in parameter.Value.Span) Assert.True(float.IsFinite(value));
    }

    [Fact]
    public void Cancellation_stops_before_the_next_batch()
    {
        using var source = new CancellationTokenSource();
        using var run = new TinyRun(Options)
        {
            OnReport = report =>
            {
                if (report is { Epoch: 2, Batch: 2, Finished: false }) source.Cancel();
            },
        };

        Assert.Throws<OperationCanceledException>(() => run.Run(cancellationToken: source.Token));

        Assert.Equal((2, 2), (run.Batches[^1].Epoch, run.Batches[^1].Batch));
        Assert.Single(run.Epochs);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_number_of_threads_changes_no_bit(int threads)
    {
        using TinyRun one = new(Options), several = new(Options, threads: threads);

        Assert.Equal(one.Run(), several.Run());

        Assert.Equal(one.Log, several.Log);
        Assert.Equal(one.Bytes, several.Bytes);
    }

    [Fact]
    public void Another_seed_gives_another_run()
    {
        using TinyRun first = new(Options with { Epochs = 1 }), second = new(Options with { Epochs = 1 }, seed: 2);

        first.Run();
        second.Run();

        Assert.NotEqual(first.Bytes, second.Bytes);
    }

    [Fact]
    public void Pairs_of_users_with_every_item_are_left_out()
    {
        using var run = new TinyRun(Options);
        Interactions train = Interactions.FromPairs(60, 40, [(0, 0), (0, 1), (1, 0)]);

        using var trainer = new Trainer(run.Model, train, TinyRun.Data.Validation, run.Device, new Tessera.Compute.Random.Rng(1), Options);

        Assert.Equal(2, trainer.SkippedPairs);
    }
}
