using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;

namespace Tessera.Benchmarks;

/// <summary>
/// Measures products, epochs and memory, and writes the tables between the speed markers of README.md and docs/speed.md, and the raw
/// figures to bench/results.
/// </summary>
internal static class ReportCommand
{
    private const string Begin = "<!-- speed:begin -->", End = "<!-- speed:end -->";

    public static Command Create()
    {
        var command = new Command("report", "measure gemm, epoch and models, and write the tables of README.md and docs/speed.md");
        command.SetAction(_ =>
        {
            JsonObject epoch = EpochCommand.Measure("baby", 0, 0), gemm = GemmCommand.Measure(0), models = ModelsCommand.Measure("baby", null, steps: 12);
            string folder = Path.Combine(Checkout.Root, "bench", "results", Slug(Machine.Cpu));
            Directory.CreateDirectory(folder);
            Write(Path.Combine(folder, "epoch-baby.json"), epoch);
            Write(Path.Combine(folder, "gemm.json"), gemm);
            Write(Path.Combine(folder, "models-baby.json"), models);
            Replace("README.md", Table(epoch));
            Replace(Path.Combine("docs", "speed.md"), ModelsCommand.Table(models) + Products(gemm));
        });
        return command;
    }

    private static void Replace(string document, string table)
    {
        string path = Path.Combine(Checkout.Root, document), text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) throw new InvalidInputException($"'{path}' lacks the lines {Begin} and {End}; put them where the table belongs.");
        File.WriteAllText(path, text[..(begin + Begin.Length)] + "\n" + table.ReplaceLineEndings("\n") + text[end..]);
    }

    private static string Table(JsonObject epoch)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured by `dotnet run -c Release --project bench/Tessera.Benchmarks -- report` on {epoch["cpu"]}, {epoch["threads"]} threads;");
        text.AppendLine(CultureInfo.InvariantCulture, $"{epoch["data"]} of Amazon Baby's size, 4,096 + 384 feature dimensions, d 64, L 2, batch 2048.");
        text.AppendLine().AppendLine("| what | measured | its matrix products alone | ratio | goal |").AppendLine("|---|---|---|---|---|");
        Row("training epoch, s", "epoch", "≤ 1.25");
        Row("evaluation of validation and test, s", "evaluate", "≤ 2");
        Row("nearest-neighbor graph 7,050 x 4,096, s", "knn", "≤ 1.5");
        text.AppendLine(CultureInfo.InvariantCulture, $"| peak resident memory, MB | {epoch["peak_rss_mb"]} | | | ≤ 700 |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| managed bytes allocated a step | {epoch["allocated_bytes_per_step"]} | | | 0 |");
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"`gemm_gflops` {epoch["gemm_gflops"]}, `gemm_flops_per_epoch` {epoch["gemm_flops_per_epoch"]}.");
        return text.ToString();

        void Row(string what, string key, string goal) => text.AppendLine(
            CultureInfo.InvariantCulture, $"| {what} | {epoch[key + "_seconds"]} | {epoch[key + "_floor_seconds"]} | {epoch[key + "_ratio"]} | {goal} |");
    }

    private static string Products(JsonObject gemm)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Matrix product against OpenBLAS in one run (its kernels: {gemm["openblas_core"] ?? "not installed"}; goal: ratio ≥ 0.95):");
        text.AppendLine().AppendLine("| shape | Gflop/s | OpenBLAS | ratio |").AppendLine("|---|---|---|---|");
        foreach (JsonNode? shape in gemm["shapes"]!.AsArray())
            text.AppendLine(CultureInfo.InvariantCulture, $"| {shape!["shape"]} | {shape["gflops"]} | {shape["openblas_gflops"] ?? "-"} | {shape["ratio"] ?? "-"} |");
        return text.ToString();
    }

    private static void Write(string path, JsonObject result) =>
        File.WriteAllText(path, result.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");

    private static string Slug(string cpu) =>
        string.Join('-', cpu.ToLowerInvariant().Split([' ', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries));
}
