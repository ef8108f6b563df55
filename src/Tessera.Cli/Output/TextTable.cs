using Spectre.Console;

namespace Tessera.Cli.Output;

/// <summary>Tables whose cells hold one line each, texts to the left and numbers to the right; on a console too narrow, a block of lines a row.</summary>
internal sealed class TextTable
{
    /// <summary>A last column of texts may be wrapped down to this.</summary>
    private const int NarrowestText = 24;

    private readonly int _texts;
    private readonly string[] _columns;
    private readonly List<string[]> _rows = [];

    /// <summary>Names the columns.</summary>
    /// <param name="texts">How many of them, from the left, hold texts; the others hold numbers.</param>
    /// <param name="columns">Headers.</param>
    public TextTable(int texts, params IEnumerable<string> columns) => (_texts, _columns) = (texts, [.. columns.Select(VisibleText.Line)]);

    public TextTable Row(params IEnumerable<string> cells)
    {
        _rows.Add([.. cells.Select(VisibleText.Line)]);
        return this;
    }

    public void PrintTo(IAnsiConsole console)
    {
        if (NarrowestWidth() <= console.Profile.Width) console.Write(AsTable());
        else if (_columns.Length == 2) PrintPairs(console);
        else PrintBlocks(console);
    }

    /// <summary>Width at which no number and no name is broken.</summary>
    private int NarrowestWidth()
    {
        int width = 1;
        for (int column = 0; column < _columns.Length; column++)
        {
            int widest = _rows.Select(row => column < row.Length ? row[column].Length : 0).Append(_columns[column].Length).Max();
            bool wraps = column == _columns.Length - 1 && column > 0 && column < _texts;
            width += 3 + (wraps ? Math.Min(widest, NarrowestText) : widest);
        }

        return width;
    }

    private Table AsTable()
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach ((int column, string header) in _columns.Index())
            table.AddColumn(new TableColumn(new Text(header)) { Alignment = column < _texts ? Justify.Left : Justify.Right });
        foreach (string[] row in _rows) table.AddRow([.. row.Select(cell => new Text(cell))]);
        return table;
    }

    /// <summary>Both cells of a row on a line; where they do not fit, the second on the next one.</summary>
    private void PrintPairs(IAnsiConsole console)
    {
        int widest = _rows.Select(row => row[0].Length).DefaultIfEmpty().Max();
        foreach (string[] row in _rows)
        {
            string line = $"{row[0].PadRight(widest)}  {row[1]}";
            console.WriteLine(line.Length <= console.Profile.Width ? line : $"{row[0]}\n  {row[1]}");
        }
    }

    /// <summary>The first cell, then a line for each of the others under its header.</summary>
    private void PrintBlocks(IAnsiConsole console)
    {
        int widest = _columns.Skip(1).Max(header => header.Length);
        foreach (string[] row in _rows)
        {
            console.WriteLine($"{_columns[0]} {row[0]}");
            foreach ((string header, string cell) in _columns.Zip(row).Skip(1)) console.WriteLine($"  {header.PadRight(widest)}  {cell}");
        }
    }
}
