using Spectre.Console;

namespace Tessera.Cli.Output;

/// <summary>Tables whose cells hold one line each, texts to the left and numbers to the right.</summary>
internal sealed class TextTable
{
    private readonly Table _table = new() { Border = TableBorder.Rounded };

    /// <summary>Names the columns.</summary>
    /// <param name="texts">How many of them, from the left, hold texts; the others hold numbers.</param>
    /// <param name="columns">Headers.</param>
    public TextTable(int texts, params IEnumerable<string> columns)
    {
        foreach (string header in columns)
        {
            Justify alignment = _table.Columns.Count < texts ? Justify.Left : Justify.Right;
            _table.AddColumn(new TableColumn(new Text(VisibleText.Line(header))) { Alignment = alignment });
        }
    }

    public TextTable Row(params IEnumerable<string> cells)
    {
        _table.AddRow([.. cells.Select(cell => new Text(VisibleText.Line(cell)))]);
        return this;
    }

    public void PrintTo(IAnsiConsole console) => console.Write(_table);
}
