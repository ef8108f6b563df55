using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>
/// Reads a file of external names (<c>u_id_mapping.csv</c>, <c>i_id_mapping.csv</c>): a header and two columns, tab- or
/// comma-separated, the name and the number; the number is in the column called userID or itemID, else in the second.
/// </summary>
internal sealed class IdMapping
{
    private readonly string _path;
    private readonly string _numberColumn;
    private readonly string?[] _names;
    private readonly Dictionary<string, long> _lineOfName = [];
    private byte _separator;
    private bool _numberFirst;

    private IdMapping(string path, string numberColumn, int count)
    {
        _path = path;
        _numberColumn = numberColumn;
        _names = new string?[count];
    }

    /// <summary>The name of each number from 0 to <paramref name="count"/>-1, or null where the file is absent.</summary>
    /// <exception cref="InvalidInputException">The file does not give each number one name of its own.</exception>
    public static IReadOnlyList<string>? ReadIfPresent(string path, string numberColumn, int count)
    {
        if (!File.Exists(path)) return null;
        using var lines = new LineReader(path);
        var mapping = new IdMapping(path, numberColumn, count);
        mapping.ReadHeader(lines);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (!line.IsEmpty) mapping.Add(line, lines.Line);
        }

        return mapping.Complete();
    }

    private void ReadHeader(LineReader lines)
    {
        if (!lines.TryRead(out ReadOnlySpan<byte> header))
            throw new InvalidInputException(
                $"'{_path}' is empty; expected a header and one name per number, so write them or delete the file.");

        _separator = header.Contains((byte)'\t') ? (byte)'\t' : (byte)',';
        int split = header.IndexOf(_separator);
        if (split < 0 || header[(split + 1)..].Contains(_separator))
        {
            throw new InvalidInputException(
                $"Line 1 of '{_path}' is {SourceText.Quoted(header)}; "
                + $"expected two tab- or comma-separated columns, a name and {_numberColumn}, so correct the header.");
        }

        _numberFirst = Encoding.UTF8.GetString(header[..split]).Trim().Equals(_numberColumn, StringComparison.OrdinalIgnoreCase);
    }

    private void Add(ReadOnlySpan<byte> line, long lineNumber)
    {
        int split = _numberFirst ? line.IndexOf(_separator) : line.LastIndexOf(_separator);
        if (split < 0)
        {
            throw new InvalidInputException(
                $"Line {lineNumber} of '{_path}' is {SourceText.Quoted(line)}; "
                + "expected a name and a number, so complete or remove the line.");
        }

        if (!Utf8.IsValid(line))
            throw new InvalidInputException($"Line {lineNumber} of '{_path}' is not valid UTF-8; expected UTF-8 text, so convert the file.");
        ReadOnlySpan<byte> before = line[..split], after = line[(split + 1)..];
        int number = ParseNumber(_numberFirst ? before : after, lineNumber);
        string name = Unquote(Encoding.UTF8.GetString(_numberFirst ? after : before));
        if (_names[number] is not null)
        {
            throw new InvalidInputException(
                $"Line {lineNumber} of '{_path}' gives {_numberColumn} {number} a second name; "
                + "expected one each, so remove one of the lines.");
        }

        if (!_lineOfName.TryAdd(name, lineNumber))
        {
            throw new InvalidInputException(
                $"Lines {_lineOfName[name]} and {lineNumber} of '{_path}' hold the same name {SourceText.Quoted(name)}; "
                + "expected distinct names, so correct one.");
        }

        _names[number] = name;
    }

    private int ParseNumber(ReadOnlySpan<byte> text, long lineNumber)
    {
        if (Utf8Parser.TryParse(text, out uint number, out int used) && used == text.Length && number < _names.Length) return (int)number;
        throw new InvalidInputException(
            $"Line {lineNumber} of '{_path}' has the number {SourceText.Quoted(text)}; "
            + $"expected {_numberColumn} 0 to {_names.Length - 1} as in the .inter file, so correct or remove the line.");
    }

    private static string Unquote(string name) =>
        name is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    private string[] Complete()
    {
        int missing = Array.IndexOf(_names, null);
        if (missing < 0) return _names!;
        throw new InvalidInputException(
            $"'{_path}' has no line for {_numberColumn} {missing}; "
            + $"expected one for each of 0 to {_names.Length - 1}, so add it or delete the file.");
    }
}
