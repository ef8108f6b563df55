using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.Synthetic;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Models.Tests.LirdRecs;

/// <summary>Whole training runs of LIRDRec with edge pruning, which draws anew in each epoch.</summary>
public sealed class LirdRecTrainingTests : IDisposable
{
    private static readonly ModelDescription Model = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");
    private static readonly LirdRecOptions Options = new() { EmbeddingSize = 8, Dropout = 0.3f, Dct = DctMode.Matrix2d };

    private static readonly Dataset Data = SyntheticDataset.Create(new SyntheticDatasetOptions
    {
        Users = 80,
        Items = 60,
        MeanInteractions = 9,
        VisualDimensions = 20,
        TextualDimensions = 12,
        Seed = 4,
    }).Dataset;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tessera-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_resumed_run_on_any_number_of_threads_writes_the_same_bytes(int threads)
    {
        Execute("whole", 1);
        Assert.Throws<OperationCanceledException>(() => Execute("stopped", threads, stopAfterEpoch: 3));

        Execute("stopped", threads, resume: true);

        foreach (string file in new[] { "config.json", "metrics.json", "model.safetensors", "embeddings.safetensors" })
            Assert.True(Read("whole", file).AsSpan().SequenceEqual(Read("stopped", file)), file);
        Assert.Equal(Epochs("whole"), Epochs("stopped"));
    }

    // With decay rate 1 the target has no weight, so that from epoch to epoch the edges alone make a difference.
    [Theory]
    [InlineData(0f, false)]
    [InlineData(0.3f, true)]
    public void Edges_are_drawn_anew_in_each_epoch_by_the_seed(float dropout, bool differ)
    {
        LirdRecOptions options = Options with { Dropout = dropout, DecayRate = 1f };
        using ModelRun first = Create(options), second = Create(options);

        Assert.Equal(Loss(first, 1), Loss(second, 1));
        Assert.Equal(Loss(first, 2), Loss(second, 2));
        Assert.Equal(differ, Loss(first, 3) != Loss(second, 4));

        static float Loss(ModelRun run, int epoch)
        {
            run.Model.BeginEpoch(epoch);
            float loss = run.Model.Loss(Batches(100).First(), run.Tape).Scalar;
            run.Tape.Reset();
            return loss;
        }
    }

    // A step is warm when both sizes of batch have been seen. The whole process is watched too: other threads of the test run
    // allocate as they please, so the least of many turns counts.
    [Theory]
    [InlineData(1, DctMode.Matrix2d)]
    [InlineData(2, DctMode.Matrix2d)]
    [InlineData(2, DctMode.Item2d)]
    public void Warm_steps_allocate_nothing(int threads, DctMode reading)
    {
        using ModelRun run = Create(Options with { Dct = reading }, threads);
        Batch large = Batches(100).First(), small = Batches(37).First();
        run.Model.BeginEpoch(1);
        for (int step = 0; step < 3; step++) Steps();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Steps();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        long least = long.MaxValue;
        for (int turn = 0; turn < 5000 && least > 0; turn++)
        {
            before = GC.GetTotalAllocatedBytes(precise: true);
            Steps();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);

        void Steps()
        {
            run.Trainer.Step(large);
            run.Trainer.Step(small);
            run.Trainer.Step(large);
        }
    }

    private static ModelRun Create(LirdRecOptions options, int threads = 1) => new(Model, Data, threads: threads, options: options);

    private static IEnumerable<Batch> Batches(int size)
    {
        var sampler = new BprSampler(Data.Train, size, new Tessera.Compute.Random.Rng(4));
        var batch = new Batch(size);
        sampler.BeginEpoch();
        while (sampler.Next(batch)) yield return batch;
    }

    private void Execute(string name, int threads, bool resume = false, int stopAfterEpoch = 0)
    {
        using var device = new Device(threads);
        using var source = new CancellationTokenSource();
        var training = new TrainingOptions { Epochs = 6, BatchSize = 100, LearningRate = 0.01f };
        new TrainingRun(Data, Model, Options, training, seed: 3, Protocol.Strict).Execute(
            Path.Combine(_folder.FullName, name), device, resume, progress: new StopAfter(stopAfterEpoch, source), cancellationToken: source.Token);
    }

    private byte[] Read(string run, string file) => File.ReadAllBytes(Path.Combine(_folder.FullName, run, file));

    private IEnumerable<string> Epochs(string run)
    {
        foreach (string line in File.ReadLines(Path.Combine(_folder.FullName, run, "epochs.jsonl")))
        {
            JsonObject epoch = JsonNode.Parse(line)!.AsObject();
            epoch.Remove("trainSeconds");
            epoch.Remove("evaluateSeconds");
            yield return epoch.ToJsonString();
        }
    }

    private sealed class StopAfter(int epoch, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished && value.Epoch == epoch) source.Cancel();
        }
    }
}
