using ScottPlot;

namespace Tessera.Studies.Reports;

/// <summary>A figure as it is drawn.</summary>
/// <param name="Height">Height in pixels.</param>
internal sealed record Drawing(Plot Plot, int Height)
{
    private const int Scale = 2;

    public static Drawing Of(Figure figure) => figure switch
    {
        LineFigure lines => LinePlot.Of(lines),
        BarFigure bars => BarPlot.Of(bars),
        HeatMap map => HeatPlot.Of(map),
        _ => throw new ArgumentException($"{figure.GetType().Name} is no figure of a report.", nameof(figure)),
    };

    /// <summary>The drawing as ScottPlot gives it, without background.</summary>
    public string Svg() => Plot.GetSvgXml(PlotStyle.Width, Height);

    /// <summary>The drawing on white, at twice its size.</summary>
    public byte[] Png()
    {
        Plot.FigureBackground.Color = Colors.White;
        Plot.ScaleFactor = Scale;
        byte[] png = Plot.GetImageBytes(Scale * PlotStyle.Width, Scale * Height, ImageFormat.Png);
        Plot.ScaleFactor = 1;
        Plot.FigureBackground.Color = Colors.Transparent;
        return png;
    }
}
