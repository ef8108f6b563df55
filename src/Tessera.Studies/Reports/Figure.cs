namespace Tessera.Studies.Reports;

/// <summary>A figure; its numbers stand in a table below it.</summary>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Description">The same for those who cannot see it: what is on the axes, and what to notice.</param>
internal abstract record Figure(string Title, string Description) : ReportPart;

/// <summary>Lines over a numeric axis.</summary>
internal sealed record LineFigure(string Title, string Description, string XLabel, string YLabel, IReadOnlyList<Line> Lines) : Figure(Title, Description);

/// <summary>A line, with the band from low to high about it where these are given.</summary>
internal sealed record Line(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double>? Low = null, IReadOnlyList<double>? High = null);

/// <summary>Bars in groups, from left to right.</summary>
/// <param name="YLabel">What the bars are as long as.</param>
/// <param name="Groups">Names of the groups, from the top.</param>
/// <param name="Series">A bar in each group.</param>
internal sealed record BarFigure(string Title, string Description, string YLabel, IReadOnlyList<string> Groups, IReadOnlyList<BarSeries> Series) : Figure(Title, Description);

/// <summary>A bar in each group, with an interval of ± its deviation where there is one; NaN for no bar.</summary>
internal sealed record BarSeries(string Name, IReadOnlyList<double> Values, IReadOnlyList<double>? Deviations = null);

/// <summary>A value for each pair of two settings.</summary>
/// <param name="Columns">Values of the setting on the horizontal axis.</param>
/// <param name="Rows">Values of the setting on the vertical axis, from the top.</param>
/// <param name="Values">A row each; NaN where nothing was measured.</param>
internal sealed record HeatMap(
    string Title, string Description, string XLabel, string YLabel, IReadOnlyList<string> Columns, IReadOnlyList<string> Rows, IReadOnlyList<IReadOnlyList<double>> Values)
    : Figure(Title, Description);
