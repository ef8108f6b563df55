using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Benchmarks;

/// <summary>The matrix product's rate on the shapes of training, beside OpenBLAS's in the same run.</summary>
internal static class GemmCommand
{
    private static readonly (string Name, bool TransposeA, int M, int K, int N)[] Shapes =
    [
        ("forward 7050x4096x256", false, 7050, 4096, 256),
        ("gradient 4096x7050x256", true, 4096, 7050, 256),
        ("cube 4096x4096x4096", false, 4096, 4096, 4096),
    ];

    public static Command Create()
    {
        var threads = new Option<int>("--threads") { Description = "threads; 0 for one per core" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("gemm", "rate of the matrix product, beside OpenBLAS's") { threads, json };
        command.SetAction(parsed =>
        {
            JsonObject result = Measure(parsed.GetValue(threads));
            Console.WriteLine(parsed.GetValue(json) ? result.ToJsonString() : ToText(result));
        });
        return command;
    }

    public static JsonObject Measure(int threads)
    {
        using var device = new Device(threads);
        OpenBlas? blas = OpenBlas.TryLoad(device.Threads);
        var shapes = new JsonArray();
        foreach ((string name, bool transposeA, int m, int k, int n) in Shapes)
        {
            using Matrix a = Noise(transposeA ? k : m, transposeA ? m : k), b = Noise(k, n), c = new(m, n);
            double ours = double.MaxValue, theirs = double.MaxValue;
            int repeats = (int)Math.Clamp(4e11 / ((double)m * n * k), 4, 24);
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                ours = Math.Min(ours, Seconds(() => device.MatMul(a, transposeA, b, false, c)));
                if (blas is not null) theirs = Math.Min(theirs, Seconds(() => blas.Multiply(m, n, k, transposeA, a.Span, b.Span, c.Span)));
            }

            double flops = 2.0 * m * n * k;
            var row = new JsonObject { ["shape"] = name, ["gflops"] = Math.Round(flops / ours / 1e9, 1) };
            if (blas is not null)
            {
                row["openblas_gflops"] = Math.Round(flops / theirs / 1e9, 1);
                row["ratio"] = Math.Round(theirs / ours, 3);
            }

            shapes.Add(row);
        }

        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["threads"] = device.Threads,
            ["openblas_core"] = blas?.Core,
            ["shapes"] = shapes,
        };
    }

    /// <summary>
    /// Seconds of products of the first 7,050 rows of a matrix with 256 columns, and the flops of one. Their median is what a
    /// product takes on average in a long run, as in an epoch; the best of them would be the machine's luckiest moment.
    /// </summary>
    public static (double Flops, double[] Seconds) Rate(Device device, Matrix features, Func<Action, double>? clock = null)
    {
        clock ??= Seconds;
        int rows = Math.Min(7050, features.Rows);
        using Matrix a = features.RowRange(0, rows), b = Noise(features.Columns, 256), c = new(rows, 256);
        const int warmUps = 4, repeats = 16;
        for (int repeat = 0; repeat < warmUps; repeat++) device.MatMul(a, false, b, false, c);
        var seconds = new double[repeats];
        for (int repeat = 0; repeat < repeats; repeat++) seconds[repeat] = clock(() => device.MatMul(a, false, b, false, c));
        return (2.0 * rows * features.Columns * 256, seconds);
    }

    public static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    public static Matrix Noise(int rows, int columns)
    {
        var matrix = new Matrix(rows, columns);
        var rng = new Rng((ulong)rows);
        foreach (ref float value in matrix.Span) value = rng.NextSingle() - 0.5f;
        return matrix;
    }

    /// <summary>Seconds of processor time, which other programs disturb less; the action's own where it runs on one thread.</summary>
    public static double ProcessorSeconds(Action action)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    public static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string ToText(JsonObject result)
    {
        var lines = new List<string> { $"{result["cpu"]}, {result["threads"]} threads, OpenBLAS kernels: {result["openblas_core"] ?? "not installed"}" };
        foreach (JsonNode? shape in result["shapes"]!.AsArray())
            lines.Add($"{shape!["shape"],-26} {shape["gflops"],8} Gflop/s   OpenBLAS {shape["openblas_gflops"] ?? "-",8}   ratio {shape["ratio"] ?? "-"}");
        return string.Join('\n', lines);
    }
}
