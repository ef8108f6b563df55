using System.Globalization;
using Tessera.Recommendation.Metrics;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Test metrics of cells, mean ± standard deviation over seeds.</summary>
internal static class ResultTable
{
    /// <summary>The metrics shown.</summary>
    public static IReadOnlyList<string> Metrics { get; } = [.. UserMetrics.Metrics.Select(metric => metric.ToString())];

    /// <summary>A row for each cell, named by one of its factors.</summary>
    public static Table Of(string title, StudyOutcome outcome, IReadOnlyList<StudyCell> cells, string factor) =>
        Of(title, outcome, cells, [factor], (_, _) => null);

    /// <summary>A row for each cell, named by some of its factors.</summary>
    /// <param name="paper">What the paper has there; null where it has nothing.</param>
    public static Table Of(
        string title, StudyOutcome outcome, IReadOnlyList<StudyCell> cells, IReadOnlyList<string> factors, Func<StudyCell, MetricName, double?> paper) => new(
        title, [.. factors, "seeds", .. Metrics, "best epochs"],
        [.. cells.Select(cell => Row(cell, outcome.ResultsOf(cell), factors, metric => paper(cell, metric)))]);

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

    private static IReadOnlyList<TableCell> Row(StudyCell cell, IReadOnlyList<CellResult> results, IReadOnlyList<string> factors, Func<MetricName, double?> paper) =>
    [
        .. factors.Select(factor => (TableCell)cell.Factors[factor]), new TableCell($"{results.Count}", results.Count),
        .. UserMetrics.Metrics.Select(metric => Mean(results, result => TestOf(result, metric.ToString()), paper(metric))),
        BestEpochs(results),
    ];

    private static string BestEpochs(IReadOnlyList<CellResult> results) => results.Count == 0 ? "not measured yet"
        : results.All(result => result.Epochs == 0) ? "no epochs"
        : string.Join(", ", results.Select(result => result.BestEpoch));
}
