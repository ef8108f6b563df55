using System.Xml.Linq;

namespace Tessera.Studies.Reports;

/// <summary>A report as one page of HTML that needs nothing beside it.</summary>
internal static class HtmlReport
{
    /// <param name="figures">The SVG of each figure, in their order.</param>
    public static string Of(Report report, IReadOnlyList<XElement> figures)
    {
        int figure = 0, table = 0;
        string title = PlainText.Of(report.Title);
        var page = new XElement(
            "html", new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", title),
                new XElement("style", Css())),
            new XElement("body", new XElement("main", new XElement("h1", title), report.Parts.Select(Part))));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";

        XElement Part(ReportPart part) => part switch
        {
            Heading heading => new XElement("h2", PlainText.Of(heading.Text)),
            Paragraph paragraph => new XElement("p", PlainText.Of(paragraph.Text)),
            Table numbers => new XElement(
                "figure",
                new XElement("figcaption", new XAttribute("id", $"table-{++table}"), PlainText.Of(numbers.Title)),
                Scrolling(numbers, new XAttribute("aria-labelledby", $"table-{table}"))),
            Figure picture => Of(picture, figures[figure++]),
            _ => throw new ArgumentException($"{part.GetType().Name} is no part of a report.", nameof(report)),
        };
    }

    private static XElement Of(Figure figure, XElement svg) => new(
        "figure",
        new XElement("figcaption", PlainText.Of(figure.Title)),
        svg,
        new XElement("p", PlainText.Of(figure.Description)),
        new XElement(
            "details", new XElement("summary", "Numbers"), Scrolling(FigureNumbers.Of(figure), new XAttribute("aria-label", $"Numbers: {PlainText.Of(figure.Title)}"))));

    /// <summary>A table in a box that scrolls by itself where the page is narrower, by keyboard, too.</summary>
    private static XElement Scrolling(Table table, XAttribute label)
    {
        bool[] numeric = [.. table.Columns.Select((_, column) => table.Rows.Any(row => row[column].Value is not null))];
        return new XElement(
            "div", new XAttribute("class", "scroll"), new XAttribute("role", "region"), new XAttribute("tabindex", "0"), label,
            new XElement(
                "table",
                new XElement("thead", new XElement("tr", table.Columns.Select((column, c) => Head(column, numeric[c])))),
                new XElement("tbody", table.Rows.Select(row => new XElement("tr", row.Select((cell, c) => Of(cell, isName: c == 0, numeric[c])))))));
    }

    private static XElement Head(string column, bool numeric) => new("th", new XAttribute("scope", "col"), Number(numeric), PlainText.Of(column));

    private static XElement Of(TableCell cell, bool isName, bool numeric) => new(
        isName ? "th" : "td", isName ? new XAttribute("scope", "row") : null, Number(numeric), PlainText.Of(cell.Text),
        cell.Comparison is { } comparison ? new XElement("span", new XAttribute("class", "paper"), comparison) : null);

    private static XAttribute? Number(bool isNumber) => isNumber ? new XAttribute("class", "number") : null;

    private static string Css()
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    }
}
