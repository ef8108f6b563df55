using System.Runtime.InteropServices;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.Synthetic;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Training;

/// <summary>A trainer of a <see cref="TinyModel"/> on a small data set, with what it reported.</summary>
internal sealed class TinyRun : IDisposable, IProgress<TrainingProgress>
{
    private readonly Device _device;

    public TinyRun(TrainingOptions options, TinyOptions? model = null, int threads = 1, ulong seed = 1, string configHash = "", Dataset? data = null)
    {
        data ??= Data;
        _device = new Device(threads);
        var rng = new Rng(seed);
        Model = new TinyModel(
            new RecommenderInputs(data.Train, data.Modalities, rng.Stream("model"), new NeighborGraphs(_device)), model ?? new TinyOptions());
        Trainer = new Trainer(Model, data.Train, data.Validation, _device, rng.Stream("training"), options, data.ColdItems) { ConfigHash = configHash };
    }

    public static Dataset Data { get; } = SyntheticDataset.Create(new SyntheticDatasetOptions
    {
        Users = 60,
        Items = 40,
        MeanInteractions = 8,
        VisualDimensions = 6,
        TextualDimensions = 4,
        Seed = 3,
    }).Dataset;

    public Device Device => _device;

    public TinyModel Model { get; }

    public Trainer Trainer { get; }

    public List<TrainingProgress> Batches { get; } = [];

    public List<TrainingProgress> Epochs { get; } = [];

    /// <summary>Called with every report.</summary>
    public Action<TrainingProgress>? OnReport { get; init; }

    /// <summary>All parameters and buffers, bit by bit.</summary>
    public byte[] Bytes =>
    [
        .. Model.Parameters.SelectMany(p => MemoryMarshal.AsBytes(p.Value.Span).ToArray()),
        .. Model.Buffers.SelectMany(b => MemoryMarshal.AsBytes(b.Value.Span).ToArray()),
    ];

    /// <summary>The epochs without the seconds they took.</summary>
    public IEnumerable<string> Log => Epochs.Select(
        epoch => $"{epoch.Epoch} {epoch.Loss:R} {epoch.LearningRate:R} {epoch.IsBest} {string.Join(' ', epoch.Validation?.Metrics.Values ?? [])}");

    public TrainingResult Run(CheckpointStore? checkpoints = null, CancellationToken cancellationToken = default) =>
        Trainer.Run(checkpoints, this, cancellationToken);

    public void Report(TrainingProgress value)
    {
        if (value.Finished) Epochs.Add(value);
        else Batches.Add(value);
        OnReport?.Invoke(value);
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Model.Dispose();
        _device.Dispose();
    }
}
