using System.Text.Json.Serialization;

namespace Tessera.Studies.Reports;

/// <summary>What was found: written as Markdown, CSV, JSON and one HTML page, all from this.</summary>
/// <param name="Name">Name of the study, or of what else is reported.</param>
/// <param name="Title">Heading.</param>
/// <param name="Parts">In the order of reading.</param>
internal sealed record Report(string Name, string Title, IReadOnlyList<ReportPart> Parts)
{
    /// <summary>The tables, and the numbers of the figures as tables, in the order of reading.</summary>
    [JsonIgnore]
    public IEnumerable<Table> Tables => Parts.Select(part => part is Figure figure ? FigureNumbers.Of(figure) : part as Table).OfType<Table>();
}

/// <summary>A part of a report.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Heading), "heading")]
[JsonDerivedType(typeof(Paragraph), "paragraph")]
[JsonDerivedType(typeof(Table), "table")]
[JsonDerivedType(typeof(LineFigure), "lines")]
[JsonDerivedType(typeof(BarFigure), "bars")]
[JsonDerivedType(typeof(HeatMap), "heat-map")]
internal abstract record ReportPart;

/// <summary>A heading within a report.</summary>
internal sealed record Heading(string Text) : ReportPart;

/// <summary>Sentences.</summary>
internal sealed record Paragraph(string Text) : ReportPart;

/// <summary>A table.</summary>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Columns">Heads of the columns.</param>
/// <param name="Rows">A cell for each column.</param>
internal sealed record Table(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<TableCell>> Rows) : ReportPart;

/// <summary>A cell of a table: text, or a number with what is known of it beside it.</summary>
/// <param name="Text">As a person reads it.</param>
/// <param name="Value">The number, unrounded; null for text.</param>
/// <param name="Deviation">Its standard deviation over seeds; null where there is one seed or none.</param>
/// <param name="Paper">The number that the paper has there; null where it has none.</param>
internal sealed record TableCell(string Text, double? Value = null, double? Deviation = null, double? Paper = null)
{
    public static implicit operator TableCell(string text) => new(text);

    /// <summary>The paper's number and how far the value lies from it, such as <c>paper 0.45, +0.0132</c>; null where the paper has none.</summary>
    [JsonIgnore]
    public string? Comparison => Paper is not { } paper ? null
        : Value is { } value ? $"paper {NumberText.Of(paper)}, {NumberText.Difference(value - paper)}" : $"paper {NumberText.Of(paper)}";
}
