using System.Diagnostics;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks;

/// <summary>Training steps of LIRDRec (batch 2048) to be timed.</summary>
internal sealed class LirdRecSteps : IDisposable
{
    private const int BatchSize = 2048, WarmUpSteps = 12;
    private readonly LirdRec _model;
    private readonly BprSampler _sampler;
    private readonly Batch _batch = new(BatchSize);

    public LirdRecSteps(Dataset data, IReadOnlyList<Modality> modalities, LirdRecOptions options, Device device, NeighborGraphs graphs, Rng rng)
    {
        _model = new LirdRec(new RecommenderInputs(data.Train, modalities, rng.Stream("model"), graphs), options);
        Trainer = new Trainer(_model, data.Train, data.Validation, device, rng.Stream("training"), new TrainingOptions { BatchSize = BatchSize });
        _sampler = new BprSampler(data.Train, BatchSize, rng.Stream("sampling"));
        _model.BeginEpoch(1);
    }

    public Trainer Trainer { get; }

    public int StepsPerEpoch => _sampler.Batches;

    /// <summary>Takes some steps so that the next ones find memory and caches warm.</summary>
    public void WarmUp(int most) => Train(Math.Min(WarmUpSteps, most));

    /// <summary>Seconds that so many steps take.</summary>
    public double Train(int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int step = 0; step < steps; step++)
        {
            if (!_sampler.Next(_batch))
            {
                _sampler.BeginEpoch();
                _sampler.Next(_batch);
            }

            Trainer.Step(_batch);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        Trainer.Dispose();
        _model.Dispose();
    }
}
