using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.Plottables;

namespace Tessera.Studies.Reports;

/// <summary>Draws a heat map: a rectangle for each value, with the number in it where there is room.</summary>
internal static class HeatPlot
{
    private const int RowHeight = 34, AxisHeight = 44;
    private const float SmallestText = 9, Inset = 0.02f, Margin = 30;
    private static readonly Viridis Map = new(); // from dark violet to yellow, lighter step by step to all kinds of eyes

    public static Drawing Of(HeatMap figure)
    {
        Plot plot = PlotStyle.Create(figure.XLabel, figure.YLabel);
        string[] columns = [.. figure.Columns.Select(PlotFont.Drawable)], rows = [.. figure.Rows.Select(PlotFont.Drawable)];
        float width = (PlotStyle.Width - PlotFont.Widest(rows, PlotStyle.TextSize) - PlotStyle.LabelSize - Margin) / Math.Max(1, columns.Length);
        double[] finite = [.. figure.Values.SelectMany(row => row).Where(double.IsFinite)];
        (double low, double high) = finite.Length > 0 ? (finite.Min(), finite.Max()) : (0, 0);
        Func<double, string> text = NumberText.Alike(finite);
        float size = PlotStyle.TextSize;
        while (size >= SmallestText && PlotFont.Widest(finite.Select(text), size) > width - 4) size--;
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                double value = figure.Values[row][column];
                if (double.IsFinite(value)) AddCell(plot, column, -row, text(value), high > low ? (value - low) / (high - low) : 0.5, size);
                else AddText(plot, column, -row, "\u2013", PlotStyle.TextSize, PlotStyle.Ink);
            }
        }

        plot.Axes.SetLimits(-0.5, Math.Max(1, columns.Length) - 0.5, 0.5 - Math.Max(1, rows.Length), 0.5);
        plot.Axes.Left.SetTicks([.. rows.Select((_, row) => (double)-row)], rows);
        plot.Axes.Bottom.SetTicks([.. columns.Select((_, column) => (double)column)], columns);
        plot.Axes.Left.MajorTickStyle.Length = plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Frame(false);
        plot.HideGrid();
        int labels = PlotFont.Widest(columns, PlotStyle.TextSize) > width - 6 ? Stand(plot, columns) : (int)PlotStyle.TextSize;
        return new Drawing(plot, RowHeight * Math.Max(1, rows.Length) + AxisHeight + labels);
    }

    /// <summary>Turns the labels below upright, where they would run into each other.</summary>
    /// <returns>Their height.</returns>
    private static int Stand(Plot plot, string[] labels)
    {
        int height = (int)Math.Ceiling(PlotFont.Widest(labels, PlotStyle.TextSize)) + 8;
        plot.Axes.Bottom.TickLabelStyle.Rotation = -90;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Bottom.MinimumSize = height + PlotStyle.LabelSize + 8;
        return height;
    }

    private static void AddCell(Plot plot, int column, int row, string value, double share, float size)
    {
        Rectangle cell = plot.Add.Rectangle(column - 0.5 + Inset, column + 0.5 - Inset, row - 0.5 + Inset, row + 0.5 - Inset);
        cell.FillColor = Map.GetColor(share);
        cell.LineWidth = 0;
        if (size >= SmallestText) AddText(plot, column, row, value, size, share > 0.55 ? Colors.Black : Colors.White);
    }

    private static void AddText(Plot plot, int column, int row, string text, float size, Color color)
    {
        Text drawn = plot.Add.Text(text, column, row);
        drawn.LabelFontName = PlotFont.Name;
        drawn.LabelFontSize = size;
        drawn.LabelFontColor = color;
        drawn.LabelAlignment = Alignment.MiddleCenter;
    }
}
