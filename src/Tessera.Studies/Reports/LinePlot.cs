using ScottPlot;
using ScottPlot.Plottables;

namespace Tessera.Studies.Reports;

/// <summary>Draws lines with their bands; each has a color, a marker and a pattern.</summary>
internal static class LinePlot
{
    private const int PlotHeight = 320, MostMarkers = 12;

    public static Drawing Of(LineFigure figure)
    {
        Plot plot = PlotStyle.Create(figure.XLabel, figure.YLabel);
        bool whole = figure.Lines.SelectMany(line => line.X).All(double.IsInteger);
        plot.Axes.Bottom.TickGenerator = PlotStyle.Ticks(whole);
        plot.Axes.Left.TickGenerator = PlotStyle.Ticks();
        List<LegendItem> legend = [];
        for (int series = 0; series < figure.Lines.Count; series++) AddBand(plot, figure.Lines[series], series);
        for (int series = 0; series < figure.Lines.Count; series++)
        {
            AddLine(plot, figure.Lines[series], series);
            legend.Add(new LegendItem
            {
                LabelText = figure.Lines[series].Name,
                LineColor = PlotStyle.ColorOf(series),
                LineWidth = 2,
                LinePattern = PlotStyle.PatternOf(series),
                MarkerStyle = Marker(series),
            });
        }

        plot.Axes.AutoScale();
        return new Drawing(plot, PlotHeight + PlotStyle.AddLegend(plot, legend));
    }

    private static void AddBand(Plot plot, Line line, int series)
    {
        if (line is not { Low: { } low, High: { } high }) return;
        int[] drawn = [.. Enumerable.Range(0, line.X.Count).Where(i => double.IsFinite(low[i]) && double.IsFinite(high[i]))];
        if (drawn.Length < 2) return;
        FillY band = plot.Add.FillY([.. drawn.Select(i => line.X[i])], [.. drawn.Select(i => low[i])], [.. drawn.Select(i => high[i])]);
        band.LineWidth = 0;
        band.FillColor = PlotStyle.ColorOf(series).WithAlpha(0.2);
    }

    private static void AddLine(Plot plot, Line line, int series)
    {
        Coordinates[] points = [.. line.X.Zip(line.Y).Where(point => double.IsFinite(point.Second)).Select(point => new Coordinates(point.First, point.Second))];
        if (points.Length == 0) return;
        Scatter drawn = plot.Add.ScatterLine(points, PlotStyle.ColorOf(series));
        drawn.LineWidth = 2;
        drawn.LinePattern = PlotStyle.PatternOf(series);
        int step = (points.Length + MostMarkers - 1) / MostMarkers;
        Scatter marked = plot.Add.ScatterPoints(points.Where((_, i) => i % step == 0).ToArray(), PlotStyle.ColorOf(series));
        marked.MarkerStyle = Marker(series);
    }

    private static MarkerStyle Marker(int series) => new()
    {
        Shape = PlotStyle.MarkerOf(series),
        Size = 7,
        FillColor = PlotStyle.ColorOf(series),
        LineColor = PlotStyle.ColorOf(series),
        LineWidth = 1.5f,
    };
}
