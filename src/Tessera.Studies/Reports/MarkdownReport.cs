using System.Text;
using System.Text.RegularExpressions;

namespace Tessera.Studies.Reports;

/// <summary>A report in Markdown as GitHub shows it.</summary>
internal static partial class MarkdownReport
{
    /// <param name="figures">Path of each figure's picture, relative to the file, in the order of the figures.</param>
    public static string Of(Report report, IReadOnlyList<string> figures)
    {
        var text = new StringBuilder($"# {Escape(report.Title)}\n");
        int figure = 0;
        foreach (ReportPart part in report.Parts)
        {
            text.Append('\n').Append(part switch
            {
                Heading heading => $"## {Escape(heading.Text)}\n",
                Paragraph paragraph => Block().Replace(Escape(paragraph.Text), @"$1\$2") + "\n",
                Table table => Of(table),
                Figure picture => $"![{Escape($"{picture.Title}. {picture.Description}")}]({figures[figure++]})\n\n{Of(FigureNumbers.Of(picture))}",
                _ => throw new ArgumentException($"{part.GetType().Name} is no part of a report.", nameof(report)),
            });
        }

        return text.ToString();
    }

    private static string Of(Table table)
    {
        bool[] numeric = [.. table.Columns.Select((_, column) => table.Rows.Any(row => row[column].Value is not null))];
        var text = new StringBuilder($"**{Escape(table.Title)}**\n\n");
        text.Append(Row(table.Columns.Select(Escape)));
        text.Append(Row(numeric.Select(number => number ? "---:" : "---")));
        foreach (IReadOnlyList<TableCell> row in table.Rows) text.Append(Row(row.Select(cell => Escape(cell.Text + (cell.Comparison is { } paper ? $" ({paper})" : "")))));
        return text.ToString();
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Escape(string text) => Special().Replace(PlainText.Of(text), @"\$0");

    [GeneratedRegex(@"[\\`*_\[\]<>|&~$]")]
    private static partial Regex Special();

    /// <summary>What makes a line a heading, a list or a rule.</summary>
    [GeneratedRegex(@"^(\s*\d*)([#+\-=.)])")]
    private static partial Regex Block();
}
