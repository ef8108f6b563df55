using ScottPlot;
using ScottPlot.TickGenerators;

namespace Tessera.Studies.Reports;

/// <summary>What the figures have in common.</summary>
internal static class PlotStyle
{
    /// <summary>Width of every figure in pixels, small enough to be read at 400 and large enough for a column of text.</summary>
    public const int Width = 520;

    /// <summary>Sizes of the font in pixels.</summary>
    public const float LabelSize = 15, TextSize = 13;

    /// <summary>The color of all text and lines that stand for no data.</summary>
    public static readonly Color Ink = Color.FromHex("#1B1B1B");

    /// <summary>
    /// Colors that people who do not tell red from green tell apart (Okabe and Ito, 2008), without yellow, which is lost on white, and black, which is on dark.
    /// </summary>
    private static readonly Color[] Series =
        [.. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F" }.Select(hex => Color.FromHex(hex))];

    private static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle, MarkerShape.OpenSquare, MarkerShape.OpenTriangleUp,
    ];

    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.DenselyDashed, LinePattern.Dotted];

    public static Color ColorOf(int series) => Series[series % Series.Length];

    public static MarkerShape MarkerOf(int series) => Markers[series % Markers.Length];

    public static LinePattern PatternOf(int series) => Patterns[series % Patterns.Length];

    /// <summary>An empty plot.</summary>
    public static Plot Create(string xLabel, string yLabel)
    {
        var plot = new Plot();
        PlotFont.Use(plot);
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = Ink.WithAlpha(0.15);
        plot.Axes.Top.IsVisible = false;
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Right.MinimumSize = plot.Axes.Top.MinimumSize = 12; // half a label reaches beyond the end of an axis
        foreach (IAxis axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.MinorTickStyle.Length = 0;
            axis.Label.FontSize = LabelSize;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = TextSize;
        }

        plot.Axes.Bottom.Label.Text = PlotFont.Drawable(xLabel);
        plot.Axes.Left.Label.Text = PlotFont.Drawable(yLabel);
        return plot;
    }

    /// <summary>Numbers along an axis, with room between them.</summary>
    /// <param name="whole">Whether whole numbers alone stand there.</param>
    public static NumericAutomatic Ticks(bool whole = false) => new() { IntegerTicksOnly = whole, LabelFormatter = NumberText.Of, TickDensity = 0.6 };

    /// <summary>Names the series below the plot, where there are several.</summary>
    /// <returns>The height that it takes in pixels.</returns>
    public static int AddLegend(Plot plot, IReadOnlyList<LegendItem> items)
    {
        if (items.Count < 2) return 0;
        foreach (LegendItem item in items)
        {
            item.LabelText = PlotFont.Wrapped(item.LabelText, TextSize, Width - 100);
            item.LabelFontName = PlotFont.Name;
            item.LabelFontSize = TextSize;
            item.LabelFontColor = Ink;
            plot.Legend.ManualItems.Add(item);
        }

        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.BackgroundColor = plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = 32;
        plot.Legend.IsVisible = false; // not within the data's area
        var below = new LegendBelow(plot.Legend);
        plot.Axes.AddPanel(below);
        return (int)Math.Ceiling(below.Height);
    }
}
