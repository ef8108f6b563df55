using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Reports;

/// <summary>A report with all kinds of parts, and with what is hard to show: long names, many of them, markup, missing numbers.</summary>
internal static class SampleReport
{
    public const string Markup = "<b>R&D</b> | \"x\" *y*";

    private static readonly string[] Models = ["lirdrec", "freedom", "lattice", "bm3", "vbpr", "lightgcn", "mf", "lgmrec", "item-knn"];
    private static readonly double[] Epochs = [.. Enumerable.Range(1, 60).Select(epoch => (double)epoch)];

    public static Table Numbers { get; } = new(
        "Test metrics on lastfm, and what the paper has", ["components", "seeds", "Recall@10", "Recall@20", "NDCG@10", "NDCG@20", "best epochs"],
        [
            ["whole", new TableCell("3", 3), new TableCell("0.3214 ± 0.0012", 0.32141234567891, 0.0012, 0.31), new TableCell("0.4265 ± 0.0004", 0.4265, 0.0004, 0.45), Cell(0.21), Cell(0.25), "44, 45, 51"],
            [Markup, new TableCell("3", 3), Cell(0.3), new TableCell("not measured yet", Paper: 0.4412), Cell(0.2), Cell(0.24), "40, 41, 39"],
        ]);

    public static LineFigure Lines { get; } = new(
        "Recall@20 on validation, the first 60 epochs", "Recall@20 after each epoch, a line a model, with a band of one standard deviation. LIRDRec is highest from epoch 5 on.", "epoch", "Recall@20",
        [.. Models.Select((model, m) => new Line(
            model, Epochs, [.. Epochs.Select(epoch => Curve(m, epoch))], m < 3 ? [.. Epochs.Select(epoch => Curve(m, epoch) - 0.01)] : null, m < 3 ? [.. Epochs.Select(epoch => Curve(m, epoch) + 0.01)] : null))]);

    public static BarFigure Bars { get; } = new(
        "Recall@20 of cold items, of warm ones, and their harmonic mean", "Three bars a model, with an interval of one standard deviation over the seeds.", "Recall@20",
        ["whole", "without PWC (static weights)", "without the shared chunk", "uniform weights, the same for all users and items of the data set", "attention", Markup],
        [
            new BarSeries("cold items", [0.21, 0.12, 0.0016, 0.18, double.NaN, 0.2], [0.01, 0.02, 0.001, 0.015, double.NaN, 0.01]),
            new BarSeries("warm items", [0.467, 0.431, 0.44, 0.45, 0.41, 0.4], [0.004, 0.004, 0.004, 0.004, 0.1, 0.004]),
            new BarSeries("harmonic mean", [0.29, 0.19, 0.003, 0.26, double.NaN, 0.27]),
        ]);

    public static HeatMap Heat { get; } = Map("λ and τ", "τ (decayRate)", ["0.8", "0.85", "0.9", "0.95", "0.99", "0.995"], ["0", "1e-4", "1e-3", "1e-2", "0.1"]);

    public static Report Report { get; } = new(
        "sample", $"What each part of LIRDRec adds: {Markup}",
        [
            new Paragraph($"A paragraph of plain sentences that says what was asked, on what data ({Markup}), and what was found. It is as long as such paragraphs are, so that its lines break."),
            new Heading("Tables"), Numbers,
            new Heading("Figures"), Lines, Bars, Heat,
            new LineFigure("One line and one point", "Gradients of two kinds of rows, very small.", "share of noise", "norm", [new Line("ids", [0, 0.25, 0.5, 1], [1.2e-5, 1.1e-5, double.NaN, 4e-6]), new Line("point", [0.5], [9e-6])]),
            new BarFigure("One series below and above 0", "Differences from the whole model.", "difference of Recall@20", ["without PWC", "без общей части, 共有なし"], [new BarSeries("difference", [-0.031, 0.0123], [0.004, 0.002])]),
            Map("Many columns with long names", "modalities", [.. Enumerable.Range(1, 14).Select(n => $"image, text and audio {n}")], ["lastfm", "movielens", "a data set with a long name"]),
        ]);

    private static TableCell Cell(double value) => new($"{value:F4}", value);

    private static double Curve(int model, double epoch) => 0.45 * (1 - model / 15.0) * (1 - Math.Exp(-epoch / (4 + 3 * model))) + 0.005 * Math.Sin(epoch * (model + 1));

    private static HeatMap Map(string title, string xLabel, string[] columns, string[] rows) => new(
        title, "Validation Recall@20 by two settings; the lighter, the higher.", xLabel, "λ", columns, rows,
        [.. rows.Select((_, r) => (IReadOnlyList<double>)[.. columns.Select((_, c) => r == 1 && c == 2 ? double.NaN : 0.4 + 0.01 * Math.Cos(r - c))])]);
}
