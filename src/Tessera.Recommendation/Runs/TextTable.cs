using System.Text;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>Texts in a run's file, a line of UTF-8 each, in the order of their users or items.</summary>
internal sealed class TextTable
{
    private readonly SafetensorsMap _file;
    private readonly SafetensorsEntry _lines, _starts;

    private TextTable(SafetensorsMap file, SafetensorsEntry lines, SafetensorsEntry starts) => (_file, _lines, _starts) = (file, lines, starts);

    /// <summary>The text of a number; may be empty.</summary>
    /// <exception cref="InvalidInputException">What is read is damaged.</exception>
    public string this[int number] => Encoding.UTF8.GetString(BytesOf(number));

    /// <summary>The tensor with the place of each text's first byte, and the number of bytes last.</summary>
    public static string Starts(string name) => $"{name}.starts";

    /// <summary>The table of a name; null where the file has none.</summary>
    /// <exception cref="InvalidInputException">The table is of another number of texts.</exception>
    public static TextTable? Find(SafetensorsMap file, string name, int count)
    {
        if (file.Find(name, "U8") is not { } lines) return null;
        var table = new TextTable(file, lines, file.Require(Starts(name), "I32"));
        return table._starts.Columns == count + 1 ? table : throw table.Unfit();
    }

    /// <summary>The bytes of a text.</summary>
    /// <exception cref="InvalidInputException">What is read is damaged.</exception>
    public ReadOnlySpan<byte> BytesOf(int number)
    {
        ReadOnlySpan<int> bounds = _file.Elements<int>(_starts, number, 2);
        (int start, int end) = (bounds[0], bounds[1]);
        if (start < 0 || end <= start || end > _lines.Columns) throw Unfit();
        return _file.Elements<byte>(_lines, start, end - start - 1);
    }

    /// <summary>What to throw where the table contradicts itself.</summary>
    public InvalidInputException Unfit() => new($"'{_file.Path}' holds a damaged table of texts; restore it or train again.");
}
