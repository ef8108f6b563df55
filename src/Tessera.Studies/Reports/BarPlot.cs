using ScottPlot;
using ScottPlot.Plottables;

namespace Tessera.Studies.Reports;

/// <summary>Draws bars that lie, so that names of any length stand beside them, with their intervals and numbers.</summary>
internal static class BarPlot
{
    private const int BarHeight = 19, GroupGap = 14, AxisHeight = 62, Gap = 6;
    private const float NameWidth = 150;

    public static Drawing Of(BarFigure figure)
    {
        Plot plot = PlotStyle.Create(figure.YLabel, "");
        string[] names = [.. figure.Groups.Select(group => PlotFont.Wrapped(group, PlotStyle.TextSize, NameWidth))];
        int lines = names.Select(name => name.Split('\n').Length).DefaultIfEmpty(1).Max();
        double groupHeight = Math.Max(BarHeight * figure.Series.Count, (PlotStyle.TextSize + 4) * lines) + GroupGap;
        Func<double, string> text = NumberText.Alike(figure.Series.SelectMany(series => series.Values));
        List<Bar> bars = [];
        List<(double Place, double Value, double Deviation)> intervals = [];
        double low = 0, high = 0;
        float widestNumber = 0;
        for (int group = 0; group < figure.Groups.Count; group++)
        {
            for (int series = 0; series < figure.Series.Count; series++)
            {
                double value = figure.Series[series].Values[group];
                if (!double.IsFinite(value)) continue;
                double deviation = figure.Series[series].Deviations?[group] is { } given && double.IsFinite(given) ? given : 0;
                double place = -groupHeight * group - BarHeight * (series - (figure.Series.Count - 1) / 2.0);
                bars.Add(BarOf(place, value, series));
                if (deviation > 0) intervals.Add((place, value, deviation));
                (low, high) = (Math.Min(low, value - deviation), Math.Max(high, value + deviation));
                widestNumber = Math.Max(widestNumber, PlotFont.Width(text(value), PlotStyle.TextSize));
                Text number = plot.Add.Text(text(value), Math.Max(0, value + deviation), place);
                number.LabelFontName = PlotFont.Name;
                number.LabelFontSize = PlotStyle.TextSize;
                number.LabelFontColor = PlotStyle.Ink;
                number.LabelAlignment = Alignment.MiddleLeft;
                number.OffsetX = Gap;
            }
        }

        plot.Add.Bars(bars);
        AddIntervals(plot, intervals);
        float widestName = PlotFont.Widest(names.SelectMany(name => name.Split('\n')), PlotStyle.TextSize);
        double room = (widestNumber + 2 * Gap) / (PlotStyle.Width - widestName - 40);
        double length = high > low ? (high - low) / (1 - room) : 1, margin = low < 0 ? 0.02 * length : 0;
        plot.Axes.SetLimits(low - margin, low + length, -groupHeight * (Math.Max(1, figure.Groups.Count) - 0.5), groupHeight / 2);
        plot.Axes.Bottom.TickGenerator = PlotStyle.Ticks();
        plot.Axes.Left.SetTicks([.. names.Select((_, group) => -groupHeight * group)], names);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Grid.YAxisStyle.IsVisible = false;
        int legend = PlotStyle.AddLegend(plot, [.. figure.Series.Select((series, s) => new LegendItem { LabelText = series.Name, FillColor = PlotStyle.ColorOf(s) })]);
        return new Drawing(plot, (int)(groupHeight * Math.Max(1, figure.Groups.Count)) + AxisHeight + legend);
    }

    private static void AddIntervals(Plot plot, List<(double Place, double Value, double Deviation)> intervals)
    {
        if (intervals.Count == 0) return;
        double[] deviations = [.. intervals.Select(one => one.Deviation)];
        ErrorBar drawn = plot.Add.ErrorBar([.. intervals.Select(one => one.Value)], [.. intervals.Select(one => one.Place)], deviations);
        (drawn.XErrorPositive, drawn.XErrorNegative, drawn.YErrorPositive, drawn.YErrorNegative) = (deviations, deviations, null, null);
        drawn.Color = PlotStyle.Ink;
        drawn.LineStyle.Width = 1.5f;
        drawn.CapSize = 4;
    }

    private static Bar BarOf(double place, double value, int series) => new()
    {
        Position = place,
        Value = value,
        Size = BarHeight - 4,
        FillColor = PlotStyle.ColorOf(series),
        LineWidth = 0,
        Orientation = Orientation.Horizontal,
    };
}
