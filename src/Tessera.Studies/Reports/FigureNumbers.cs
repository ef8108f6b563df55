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

    private static Table Of(HeatMap map)
    {
        Func<double, string>[] texts = [.. map.Columns.Select((_, column) => NumberText.Alike(map.Values.Select(row => row[column])))];
        return new Table(
            map.Title, [$"{map.YLabel} \\ {map.XLabel}", .. map.Columns],
            [.. map.Rows.Select((row, r) => Row(row, map.Values[r].Select((value, column) => Cell(value, texts[column]))))]);
    }

    private static Table Of(LineFigure figure)
    {
        double[] places = [.. figure.Lines.SelectMany(line => line.X).Distinct().Order()];
        Func<double, string> place = NumberText.Alike(places);
        Func<double, TableCell>[] columns = [.. figure.Lines.Select(At)];
        return new Table(
            figure.Title, [figure.XLabel, .. figure.Lines.Select(line => line.Name)],
            [.. places.Select(x => (IReadOnlyList<TableCell>)[Cell(x, place), .. columns.Select(column => column(x))])]);
    }

    /// <summary>The cell of a line at each place on the horizontal axis.</summary>
    private static Func<double, TableCell> At(Line line)
    {
        Dictionary<double, int> where = line.X.Index().DistinctBy(place => place.Item).ToDictionary(place => place.Item, place => place.Index);
        Func<double, string> text = NumberText.Alike([.. line.Y, .. line.Low ?? [], .. line.High ?? []]);
        return x =>
        {
            if (!where.TryGetValue(x, out int i)) return "";
            TableCell cell = Cell(line.Y[i], text);
            return cell.Value is not null && line is { Low: { } low, High: { } high } ? cell with { Text = $"{cell.Text} ({text(low[i])} to {text(high[i])})" } : cell;
        };
    }

    private static Table Of(BarFigure figure)
    {
        Func<int, TableCell>[] columns = [.. figure.Series.Select(Bar)];
        string corner = figure.Series.Any(series => series.Name == figure.YLabel) ? "bar" : figure.YLabel;
        return new Table(
            figure.Title, [corner, .. figure.Series.Select(series => series.Name)],
            [.. figure.Groups.Select((group, g) => Row(group, columns.Select(column => column(g))))]);
    }

    /// <summary>The cell of a series in each group.</summary>
    private static Func<int, TableCell> Bar(BarSeries series)
    {
        Func<double, string> text = NumberText.Alike([.. series.Values, .. series.Deviations ?? []]);
        return group =>
        {
            TableCell cell = Cell(series.Values[group], text);
            return cell.Value is not null && series.Deviations?[group] is { } deviation && double.IsFinite(deviation)
                ? cell with { Text = $"{cell.Text} ± {text(deviation)}", Deviation = deviation }
                : cell;
        };
    }

    /// <summary>A number; empty where it is not finite.</summary>
    private static TableCell Cell(double value, Func<double, string> text) => double.IsFinite(value) ? new TableCell(text(value), value) : "";

    private static IReadOnlyList<TableCell> Row(string name, IEnumerable<TableCell> cells) => [name, .. cells];
}
