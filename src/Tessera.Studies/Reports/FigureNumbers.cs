namespace Tessera.Studies.Reports;

/// <summary>The numbers of a figure as a table.</summary>
internal static class FigureNumbers
{
    /// <summary>A row for each number on the horizontal axis, each group, or each row of a heat map.</summary>
    public static Table Of(Figure figure) => figure switch
    {
        LineFigure lines => Of(lines),
        BarFigure bars => Of(bars),
        HeatMap map => Of(map),
        _ => throw new ArgumentException($"{figure.GetType().Name} is no figure of a report.", nameof(figure)),
    };

    private static Table Of(HeatMap map) => new(
        map.Title, [$"{map.YLabel} \\ {map.XLabel}", .. map.Columns], [.. map.Rows.Select((row, r) => Row(row, map.Values[r].Select(TableCell.Of)))]);

    private static Table Of(LineFigure figure)
    {
        double[] places = [.. figure.Lines.SelectMany(line => line.X).Distinct().Order()];
        Dictionary<double, int>[] where =
            [.. figure.Lines.Select(line => line.X.Index().DistinctBy(place => place.Item).ToDictionary(place => place.Item, place => place.Index))];
        return new Table(
            figure.Title, [figure.XLabel, .. figure.Lines.Select(line => line.Name)],
            [.. places.Select(x => (IReadOnlyList<TableCell>)[TableCell.Of(x), .. figure.Lines.Select((line, l) => At(line, where[l].GetValueOrDefault(x, -1)))])]);
    }

    private static TableCell At(Line line, int i)
    {
        if (i < 0 || !double.IsFinite(line.Y[i])) return "";
        TableCell cell = TableCell.Of(line.Y[i]);
        return line is { Low: { } low, High: { } high } ? cell with { Text = $"{cell.Text} ({NumberText.Of(low[i])} to {NumberText.Of(high[i])})" } : cell;
    }

    private static Table Of(BarFigure figure) => new(
        figure.Title, [figure.YLabel, .. figure.Series.Select(series => series.Name)],
        [.. figure.Groups.Select((group, g) => Row(group, figure.Series.Select(series => Bar(series, g))))]);

    private static TableCell Bar(BarSeries series, int group)
    {
        TableCell cell = TableCell.Of(series.Values[group]);
        return cell.Value is not null && series.Deviations?[group] is { } deviation && double.IsFinite(deviation)
            ? cell with { Text = $"{cell.Text} ± {NumberText.Of(deviation)}", Deviation = deviation }
            : cell;
    }

    private static IReadOnlyList<TableCell> Row(string name, IEnumerable<TableCell> cells) => [name, .. cells];
}
