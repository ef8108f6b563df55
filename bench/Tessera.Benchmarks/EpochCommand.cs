using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;

namespace Tessera.Benchmarks;

/// <summary>
/// One training epoch, one evaluation and one nearest-neighbor graph of LIRDRec (d 64, L 2, batch 2048), each beside the time
/// its matrix products would take at the rate measured in the same run.
/// </summary>
internal static class EpochCommand
{
    public static Command Create()
    {
        var shape = new Option<string>("--shape") { Description = $"size of the problem: {Shape.Names}", DefaultValueFactory = _ => "baby" };
        var steps = new Option<int>("--steps") { Description = "training steps to measure; 0 for a whole epoch" };
        var threads = new Option<int>("--threads") { Description = "threads; 0 for one per core" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("epoch", "seconds of an epoch, an evaluation and a graph of LIRDRec") { shape, steps, threads, json };
        command.SetAction(parsed =>
        {
            JsonObject result = Measure(parsed.GetValue(shape)!, parsed.GetValue(steps), parsed.GetValue(threads));
            Console.WriteLine(parsed.GetValue(json)
                ? result.ToJsonString()
                : string.Join('\n', result.Select(pair => $"{pair.Key,-28} {pair.Value}")));
        });
        return command;
    }

    public static JsonObject Measure(string shape, int steps, int threads)
    {
        (Dataset data, string source) = Shape.Load(shape);
        using var device = new Device(threads);
        var rng = new Rng(1);
        (double productFlops, double[] before) = GemmCommand.Rate(device, data.Modalities[0].Features);

        var graphs = new NeighborGraphs(device);
        double knnSeconds = GemmCommand.Seconds(() => graphs.Nearest(data.Modalities[0], 10));
        double knnFlops = 2.0 * data.Items * data.Items * data.Modalities[0].Dimensions;

        var options = new LirdRecOptions();
        using var training = new LirdRecSteps(data, data.Modalities, options, device, graphs, rng);
        int measured = steps == 0 ? training.StepsPerEpoch : steps;
        training.WarmUp(measured);

        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        double seconds = training.Train(measured);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;

        using Embeddings embeddings = training.Trainer.ComputeEmbeddings();
        double embeddingSeconds = GemmCommand.Seconds(() => training.Trainer.ComputeEmbeddings().Dispose());
        var evaluator = new Evaluator(device, data.Train);
        HeldOut[] splits = [HeldOut.Validation(data), HeldOut.Test(data, Protocol.Strict)];
        evaluator.Evaluate(embeddings, splits); // as in training, where only the first of many is cold
        int evaluations = data.Users > 100_000 ? 1 : 5;
        double evaluateSeconds = GemmCommand.Median(
            Enumerable.Range(0, evaluations).Select(_ => GemmCommand.Seconds(() => evaluator.Evaluate(embeddings, splits))).ToArray());
        (_, double[] after) = GemmCommand.Rate(device, data.Modalities[0].Features);
        double rate = productFlops / GemmCommand.Median(before.Concat(after)) / 1e9;

        double flops = GemmFlopsPerStep(data, options) * training.StepsPerEpoch, epochSeconds = seconds / measured * training.StepsPerEpoch;
        double epochFloor = flops / rate / 1e9, evaluateFlops = 2.0 * data.Users * data.Items * embeddings.Items.Columns;
        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["threads"] = device.Threads,
            ["shape"] = shape,
            ["data"] = source,
            ["gemm_gflops"] = Math.Round(rate, 1),
            ["gemm_flops_per_epoch"] = flops,
            ["steps_measured"] = measured,
            ["steps_per_epoch"] = training.StepsPerEpoch,
            ["epoch_seconds"] = Math.Round(epochSeconds, 3),
            ["epoch_floor_seconds"] = Math.Round(epochFloor, 3),
            ["epoch_ratio"] = Math.Round(epochSeconds / epochFloor, 3),
            ["evaluate_seconds"] = Math.Round(evaluateSeconds, 4),
            ["evaluate_floor_seconds"] = Math.Round(evaluateFlops / rate / 1e9, 4),
            ["evaluate_ratio"] = Math.Round(evaluateSeconds * rate * 1e9 / evaluateFlops, 3),
            ["represent_seconds"] = Math.Round(embeddingSeconds, 4),
            ["knn_seconds"] = Math.Round(knnSeconds, 3),
            ["knn_floor_seconds"] = Math.Round(knnFlops / rate / 1e9, 3),
            ["knn_ratio"] = Math.Round(knnSeconds * rate * 1e9 / knnFlops, 3),
            ["peak_rss_mb"] = Math.Round(Machine.PeakRssMb, 1),
            ["allocated_bytes_per_step"] = allocated / (double)measured,
        };
    }

    /// <summary>
    /// Flops of a step's dense products: each is done once forward and, backward, once for each operand that is trained; the
    /// features are not.
    /// </summary>
    private static double GemmFlopsPerStep(Dataset data, LirdRecOptions options)
    {
        double d = options.EmbeddingSize, chunks = data.Modalities.Count + 1, dimensions = data.Modalities.Sum(m => m.Dimensions);
        double hidden = 2 * 2.0 * data.Items * dimensions * 4 * d; // own and shared encoders: every dimension twice
        double output = chunks * 2.0 * data.Items * 4 * d * d;
        double fusion = chunks * 2.0 * data.Users * ((d * (d / 4)) + (d / 4));
        return (2 * hidden) + (3 * output) + (3 * fusion);
    }
}
