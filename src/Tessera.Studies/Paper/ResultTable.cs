using System.Globalization;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Test metrics of cells, mean ± standard deviation over seeds.</summary>
internal static class ResultTable
{
    /// <summary>The metrics shown.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ["Recall@10", "Recall@20", "NDCG@10", "NDCG@20"];

    /// <summary>A row for each cell, named by one of its factors.</summary>
    public static Table Of(string title, StudyOutcome outcome, IReadOnlyList<StudyCell> cells, string factor) => new(
        title, [factor, "seeds", .. Metrics, "best epochs"], [.. cells.Select(cell => Row(cell, outcome.ResultsOf(cell), factor))]);

    /// <summary>The mean of a number over results, with its deviation where there are several.</summary>
    public static TableCell Mean(IReadOnlyList<CellResult> results, Func<CellResult, double?> number, double? paper = null)
    {
        double[] values = [.. results.Select(number).OfType<double>()];
        if (values.Length == 0) return new TableCell("not measured yet", Paper: paper);
        double mean = values.Average();
        double? deviation = values.Length > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)) : null;
        string text = string.Create(CultureInfo.InvariantCulture, $"{mean:F4}") + (deviation is null ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {deviation:F4}"));
        return new TableCell(text, mean, deviation, paper);
    }

    /// <summary>A metric of a result's test split.</summary>
    public static double? TestOf(CellResult result, string metric) => (double?)result.Test?["metrics"]?[metric];

    private static IReadOnlyList<TableCell> Row(StudyCell cell, IReadOnlyList<CellResult> results, string factor) =>
    [
        cell.Factors[factor], new TableCell($"{results.Count}", results.Count), .. Metrics.Select(metric => Mean(results, result => TestOf(result, metric))),
        string.Join(", ", results.Select(result => result.BestEpoch)),
    ];
}
