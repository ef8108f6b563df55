using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Graphs;

namespace Tessera.Benchmarks;

/// <summary>
/// An epoch of LIRDRec by <c>featureDimensions</c>: all take some steps in turn, round by round, and a ratio is the median of the rounds' ratios to the
/// epoch on the whole features.
/// </summary>
internal static class DimensionsCommand
{
    private static readonly int?[] Measured = [null, 1024, 512, 256, 128];

    public static Command Create()
    {
        var shape = new Option<string>("--shape") { Description = $"size of the problem: {Shape.Names}", DefaultValueFactory = _ => "baby" };
        var steps = new Option<int>("--steps") { Description = "training steps in a round", DefaultValueFactory = _ => 6 };
        var rounds = new Option<int>("--rounds") { Description = "rounds", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "threads; 0 for one per core" };
        var command = new Command("dimensions", "seconds of an epoch of LIRDRec, and of the rotation before it, by featureDimensions") { shape, steps, rounds, threads };
        command.SetAction(parsed =>
        {
            foreach (JsonObject row in Measure(parsed.GetValue(shape)!, parsed.GetValue(steps), parsed.GetValue(rounds), parsed.GetValue(threads)))
                Console.WriteLine(row.ToJsonString());
        });
        return command;
    }

    private static IEnumerable<JsonObject> Measure(string shape, int steps, int rounds, int threads)
    {
        (Dataset data, _) = Shape.Load(shape);
        using var device = new Device(threads);
        var graphs = new NeighborGraphs(device);
        var rotationSeconds = new double[Measured.Length];
        LirdRecSteps[] trainings = [.. Measured.Select((dimensions, index) =>
        {
            IReadOnlyList<Modality> modalities = data.Modalities;
            rotationSeconds[index] = GemmCommand.Seconds(() => modalities = [.. data.Modalities.Select(modality => Rotated(modality, data, dimensions, device))]);
            return new LirdRecSteps(data, modalities, new LirdRecOptions(), device, graphs, new Rng(1));
        })];
        foreach (LirdRecSteps training in trainings) training.WarmUp(steps);
        double[][] seconds = [.. Enumerable.Range(0, rounds).Select(_ => trainings.Select(training => training.Train(steps) / steps * training.StepsPerEpoch).ToArray())];
        for (int index = 0; index < Measured.Length; index++)
        {
            double[] ratios = [.. seconds.Select(round => round[index] / round[0]).Order()];
            yield return new JsonObject
            {
                ["featureDimensions"] = Measured[index]?.ToString(CultureInfo.InvariantCulture) ?? "none",
                ["rotation_seconds"] = Math.Round(rotationSeconds[index], 2),
                ["epoch_seconds"] = Math.Round(GemmCommand.Median([.. seconds.Select(round => round[index])]), 2),
                ["ratio"] = Math.Round(GemmCommand.Median(ratios), 3),
                ["ratio_range"] = $"{Math.Round(ratios[0], 3)} to {Math.Round(ratios[^1], 3)}",
            };
        }

        foreach (LirdRecSteps training in trainings) training.Dispose();
    }

    private static Modality Rotated(Modality modality, Dataset data, int? dimensions, Device device) =>
        FeatureTransform.Fit(modality, data.Train, FeatureScaling.None, dimensions, device, new Rng(1))?.Apply(modality, device) ?? modality;
}
