using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Benchmarks;
using Tessera.Compute.Tensors;
using Tessera.Data;
using static TorchSharp.torch;
using Device = Tessera.Compute.Devices.Device;

namespace Tessera.Peer;

/// <summary>All models' comparisons, beside both sides' rate of one large dense product.</summary>
internal static class Report
{
    private const int Rows = 7050, Inner = 4096, Columns = 256, Products = 16;

    public static JsonObject Measure(string[] models, int steps, int rounds, int threads)
    {
        using var device = new Device(threads);
        Libtorch.Load(device.Threads);
        (Dataset data, string source) = Shape.Load("baby");
        JsonObject rates = Rates(device);
        var rows = new JsonArray();
        foreach (string model in models)
        {
            using var comparison = new Comparison(model, data, device);
            rows.Add(comparison.Measure(steps, rounds));
        }

        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["threads"] = device.Threads,
            ["peer"] = Libtorch.Version,
            ["data"] = source,
            ["rounds"] = rounds,
            ["product"] = $"{Rows} x {Inner} x {Columns}",
            ["product_gflops"] = rates,
            ["models"] = rows,
        };
    }

    public static string Text(JsonObject report)
    {
        var text = new StringBuilder();
        JsonNode product = report["product_gflops"]!;
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured by `dotnet run -c Release --project bench/Tessera.Peer` on {report["cpu"]}, {report["threads"]} threads each;");
        text.AppendLine(CultureInfo.InvariantCulture, $"{report["data"]}; peer: {report["peer"]}; medians of {report["rounds"]} rounds in turn, ratios are the peer's over ours.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Dense product {report["product"]}: {product["ours"]} Gflop/s, peer {product["peer"]} Gflop/s.");
        text.AppendLine().AppendLine("| model | what | ours | peer | ratio | range of ratios | losses differ by |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (JsonNode? model in report["models"]!.AsArray())
        {
            Row(model!, "epoch, s", "epoch_seconds");
            Row(model!, "evaluation of validation and test, s", "evaluate_seconds");
            Row(model!, "peak memory, MB", "peak_rss_mb");
        }

        return text.ToString().TrimEnd();

        void Row(JsonNode model, string what, string key)
        {
            JsonNode row = model[key]!;
            JsonArray ratios = row["ratios"]!.AsArray();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {model["model"]} | {what} | {row["ours"]} | {row["peer"]} | {row["ratio"]} | {ratios[0]} to {ratios[^1]} | {(double)model["loss_difference"]!:0.0e+0} |");
        }
    }

    /// <summary>Gflop/s of both sides, one product each in turn after some to warm up.</summary>
    private static JsonObject Rates(Device device)
    {
        using Matrix a = GemmCommand.Noise(Rows, Inner), b = GemmCommand.Noise(Inner, Columns), c = new(Rows, Columns);
        using Tensor x = rand(Rows, Inner), y = rand(Inner, Columns);
        var seconds = new List<double>[] { [], [] };
        for (int product = 0; product < Products; product++)
        {
            seconds[0].Add(GemmCommand.Seconds(() => device.MatMul(a, false, b, false, c)));
            seconds[1].Add(GemmCommand.Seconds(() => mm(x, y).Dispose()));
        }

        const double gflop = 2e-9 * Rows * Inner * Columns;
        double[] rates = [.. seconds.Select(side => Math.Round(gflop / GemmCommand.Median(side.Skip(Products / 4)), 1))];
        return new JsonObject { ["ours"] = rates[0], ["peer"] = rates[1] };
    }
}
