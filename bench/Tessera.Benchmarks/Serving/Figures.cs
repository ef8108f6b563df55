using System.Globalization;
using System.Text.Json.Nodes;

namespace Tessera.Benchmarks.Serving;

/// <summary>Figures of repeated measurements, and a table of them.</summary>
internal static class Figures
{
    /// <summary>The least and the median: what other programs take makes a time longer, never shorter.</summary>
    public static JsonObject Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new JsonObject { ["least"] = Math.Round(sorted[0], 2), ["median"] = Math.Round(sorted[sorted.Length / 2], 2), ["most"] = Math.Round(sorted[^1], 2) };
    }

    /// <summary>Median and least of a time, as text.</summary>
    public static string Ms(JsonNode? spread) => spread is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Short(spread["median"])} ms ({Short(spread["least"])})");

    /// <summary>A number with three digits that matter.</summary>
    public static string Short(JsonNode? number)
    {
        double value = number!.GetValue<double>();
        return value.ToString(value >= 100 ? "N0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
    }

    /// <summary>A share, as text.</summary>
    public static string Percent(double part, double whole) => string.Create(CultureInfo.InvariantCulture, $"{100 * part / whole:F0} %");

    /// <summary>A Markdown table.</summary>
    public static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows) => string.Join(
        '\n',
        [Line(head), Line([.. head.Select((_, column) => column == 0 ? "---" : "---:")]), .. rows.Select(Line)]);

    /// <summary>How busy the machine is: programs that ran or wanted to in the last minute, on average.</summary>
    public static double Load => !File.Exists("/proc/loadavg") ? double.NaN : double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
