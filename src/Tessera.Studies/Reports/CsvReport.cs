using System.Globalization;
using CsvHelper;

namespace Tessera.Studies.Reports;

/// <summary>All numbers of a report's tables and figures, one a line, unrounded.</summary>
internal static class CsvReport
{
    public static string Of(Report report)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (CsvWriter csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            Line(csv, ["table", "row", "column", "value", "deviation", "paper"]);
            foreach (Table table in report.Tables)
            {
                foreach (IReadOnlyList<TableCell> row in table.Rows)
                {
                    string name = string.Join(", ", row.TakeWhile((cell, column) => column == 0 || cell.Value is null).Select(cell => PlainText.Of(cell.Text)));
                    for (int column = 0; column < row.Count; column++)
                    {
                        TableCell cell = row[column];
                        if (cell.Value is null && cell.Paper is null) continue;
                        Line(csv, [PlainText.Of(table.Title), name, PlainText.Of(table.Columns[column]), Number(cell.Value), Number(cell.Deviation), Number(cell.Paper)]);
                    }
                }
            }
        }

        return text.ToString();
    }

    private static string Number(double? value) => value is { } number ? NumberText.Exact(number) : "";

    private static void Line(CsvWriter csv, ReadOnlySpan<string> fields)
    {
        foreach (string field in fields) csv.WriteField(field);
        csv.EndRecord();
    }
}
