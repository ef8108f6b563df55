using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Figures of cells' Recall@20 on test, the mean over seeds.</summary>
internal static class ResultFigure
{
    private static string Metric => DifferenceTable.Metric.ToString();

    /// <summary>A bar for each cell: in groups by one of its factors, and in each group a series for each value of another.</summary>
    /// <param name="description">What to notice.</param>
    public static BarFigure Bars(string title, string description, StudyOutcome outcome, IReadOnlyList<StudyCell> cells, string group, string? series = null)
    {
        string[] groups = [.. cells.Select(cell => cell.Factors[group]).Distinct()];
        return new BarFigure(title, description, Metric, groups, [.. cells.GroupBy(cell => series is null ? Metric : cell.Factors[series]).Select(bars =>
        {
            TableCell[] means = [.. groups.Select(name => Mean(outcome, bars.FirstOrDefault(cell => cell.Factors[group] == name)))];
            double[]? deviations = means.Any(mean => mean.Deviation is not null) ? [.. means.Select(mean => mean.Deviation ?? 0)] : null;
            return new BarSeries(bars.Key, [.. means.Select(ValueOf)], deviations);
        })]);
    }

    /// <summary>A line through cells, with a band of ± the deviation over seeds; those not measured yet are left out.</summary>
    /// <param name="x">Where a cell stands on the horizontal axis.</param>
    public static Line Line(string name, StudyOutcome outcome, IEnumerable<StudyCell> cells, Func<StudyCell, double> x)
    {
        (double X, TableCell Y)[] all = [.. cells.Select(cell => (x(cell), Mean(outcome, cell)))];
        (double X, TableCell Y)[] points = [.. all.Where(point => point.Y.Value is not null).OrderBy(point => point.X)];
        bool banded = points.Any(point => point.Y.Deviation is not null);
        return new Line(
            name, [.. points.Select(point => point.X)], [.. points.Select(point => point.Y.Value!.Value)],
            banded ? [.. points.Select(point => point.Y.Value!.Value - (point.Y.Deviation ?? 0))] : null,
            banded ? [.. points.Select(point => point.Y.Value!.Value + (point.Y.Deviation ?? 0))] : null);
    }

    /// <summary>Its mean over seeds, NaN where it is not measured yet.</summary>
    public static double ValueOf(StudyOutcome outcome, StudyCell cell) => ValueOf(Mean(outcome, cell));

    private static double ValueOf(TableCell mean) => mean.Value ?? double.NaN;

    private static TableCell Mean(StudyOutcome outcome, StudyCell? cell) =>
        ResultTable.Mean(cell is null ? [] : outcome.ResultsOf(cell), result => ResultTable.TestOf(result, Metric));
}
