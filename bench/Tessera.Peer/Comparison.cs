using System.Diagnostics;
using System.Text.Json.Nodes;
using Tessera.Benchmarks;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Sampling;

namespace Tessera.Peer;

/// <summary>
/// Both sides of a model: first a few steps from the same parameters on the same batches, whose losses must agree, which checks the
/// losses, their gradients and Adam; then rounds of ours and the peer in turn. Both draw their batches from Tessera's sampler.
/// </summary>
internal sealed class Comparison : IDisposable
{
    private const int CheckedSteps = 5;
    private const double MinSeconds = 1, MaxLossDifference = 1e-3, MaxMetricDifference = 1e-2;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.3); // idle threads of the one must not spin into the other's time
    private readonly string _model;
    private readonly int _threads;
    private readonly ISide[] _sides;
    private readonly BprSampler[] _samplers;
    private readonly Batch _batch = new(OurSide.BatchSize);

    public Comparison(string model, Dataset data, Device device)
    {
        _model = model;
        _threads = device.Threads;
        var ours = new OurSide(model, data, device);
        _sides = [ours, new TorchSide(model, ours)];
        _samplers = [.. _sides.Select(_ => new BprSampler(data.Train, OurSide.BatchSize, new Rng(1)))];
    }

    public JsonObject Measure(int steps, int rounds)
    {
        double lossDifference = Range(CheckedSteps).Max(_ => Difference([Step(0)], [Step(1)]));
        Require(lossDifference, MaxLossDifference, "losses");
        foreach (ISide side in _sides) side.Represent();
        double metricDifference = Difference(_sides[0].Evaluate(), _sides[1].Evaluate());
        Require(metricDifference, MaxMetricDifference, "metrics");

        var epochs = new List<double>[] { [], [] };
        var evaluations = new List<double>[] { [], [] };
        for (int round = 0; round < rounds; round++)
        {
            for (int side = 0; side < _sides.Length; side++)
            {
                Thread.Sleep(Pause);
                Step(side);
                epochs[side].Add(StepSeconds(side, steps) * _samplers[side].Batches);
                _sides[side].Represent();
                evaluations[side].Add(GemmCommand.Seconds(() => _sides[side].Evaluate()));
            }

            Console.Error.WriteLine($"{_model}, round {round + 1}: epoch {epochs[0][^1]:F3} s, peer {epochs[1][^1]:F3} s; evaluation {evaluations[0][^1]:F3} s, peer {evaluations[1][^1]:F3} s");
        }

        double ours = MemoryPeak.InProcessOfItsOwn("ours", _model, _threads), peer = MemoryPeak.InProcessOfItsOwn("peer", _model, _threads);
        return new JsonObject
        {
            ["model"] = _model,
            ["steps_per_epoch"] = _samplers[0].Batches,
            ["loss_difference"] = lossDifference,
            ["metric_difference"] = metricDifference,
            ["epoch_seconds"] = Figures(epochs[0], epochs[1]),
            ["evaluate_seconds"] = Figures(evaluations[0], evaluations[1]),
            ["peak_rss_mb"] = Figures([ours], [peer]),
        };
    }

    public void Dispose()
    {
        foreach (ISide side in _sides) side.Dispose();
    }

    /// <summary>Medians of both sides, and the median of the rounds' ratios with its range: above 1 ours is ahead.</summary>
    public static JsonObject Figures(IReadOnlyList<double> ours, IReadOnlyList<double> peer)
    {
        double[] ratios = [.. peer.Zip(ours, (p, o) => p / o).Order()];
        return new JsonObject
        {
            ["ours"] = Math.Round(GemmCommand.Median(ours), 4),
            ["peer"] = Math.Round(GemmCommand.Median(peer), 4),
            ["ratio"] = Math.Round(GemmCommand.Median(ratios), 2),
            ["ratios"] = new JsonArray([.. ratios.Select(ratio => (JsonNode)Math.Round(ratio, 2))]),
        };
    }

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);

    private static double Difference(double[] ours, double[] peer) =>
        ours.Zip(peer, (o, p) => Math.Abs(o - p) / Math.Max(Math.Abs(o), 1e-12)).Max();

    private void Require(double difference, double limit, string what)
    {
        if (difference <= limit) return;
        throw new InvalidOperationException(
            $"The {what} of {_model} differ from the peer's by {difference:G3}, relatively; expected {limit} at most, for both must do the same work.");
    }

    private double Step(int side)
    {
        if (!_samplers[side].Next(_batch))
        {
            _samplers[side].BeginEpoch();
            _samplers[side].Next(_batch);
        }

        return _sides[side].Step(_batch);
    }

    private double StepSeconds(int side, int steps)
    {
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        for (; done < steps || Stopwatch.GetElapsedTime(start).TotalSeconds < MinSeconds; done++) Step(side);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / done;
    }
}
