using ScottPlot;
using ScottPlot.Panels;

namespace Tessera.Studies.Reports;

/// <summary>A legend across the whole width of the figure, on as many lines as it takes.</summary>
internal sealed class LegendBelow : LegendPanel
{
    public LegendBelow(Legend legend)
        : base(legend)
    {
        Edge = Edge.Bottom;
        using var paint = Paint.NewDisposablePaint();
        Height = legend.GetLayout(new PixelSize(PlotStyle.Width, short.MaxValue), paint).LegendRect.Height + 8;
    }

    /// <summary>Height in pixels.</summary>
    public float Height { get; }

    public override float Measure(Paint paint) => Height;

    public override void Render(RenderPack rp, float size, float offset)
    {
        using var paint = Paint.NewDisposablePaint();
        PixelRect place = GetPanelRect(rp.DataRect, size, offset, paint);
        Legend.Render(rp.Canvas, paint, new PixelRect(0, PlotStyle.Width, place.Bottom, place.Top), Alignment.MiddleCenter);
    }
}
