using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>
/// Reads a file of external ids (<c>u_id_mapping.csv</c>, <c>i_id_mapping.csv</c>): a header and two columns, tab- or
/// comma-separated, the name and the number; the number is in the column called userID or itemID, else in the second.
/// </summary>
internal static class IdMapping
{
    /// <summary>The name of each number from 0 on, or null where the file is absent.</summary>
    /// <param name="path">The file.</param>
    /// <param name="numberColumn">Name of the number's column.</param>
    /// <param name="used">How many numbers the interactions use: one more than the largest. The file may name more, which have no interaction.</param>
    /// <exception cref="InvalidInputException">The file does not give each number one name of its own.</exception>
    public static IReadOnlyList<string>? ReadIfPresent(string path, string numberColumn, int used)
    {
        if (!File.Exists(path)) return null;
        List<(string Digits, string Name, long Line)> entries = ReadEntries(path, numberColumn);
        int count = Math.Max(used, entries.Count);
        var names = new string?[entries.Count]; // numbers above leave a gap below, so that memory follows the file, not the numbers
        var lineOf = new Dictionary<string, long>();
        foreach ((string digits, string name, long line) in entries)
        {
            if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) || number >= count)
                throw Refused(
                    path, line, $"has the number {SourceText.Quoted(digits)}; expected {numberColumn} 0 to {count - 1}, one for each line, so correct or remove the line");
            if (!lineOf.TryAdd(name, line))
                throw new InvalidInputException(
                    $"Lines {lineOf[name]} and {line} of '{path}' have the same name {SourceText.Quoted(name)}; "
                    + "expected distinct names, so correct one.");
            if (ExternalId.Fault(name) is { } fault)
                throw Refused(path, line, $"has the name {SourceText.Quoted(name)}, which {fault}; {ExternalId.Expected}, so correct or remove the line");
            if (number >= names.Length) continue;
            if (names[number] is not null)
                throw Refused(path, line, $"gives {numberColumn} {number} a second name; expected one each, so remove one of the lines");
            names[number] = name;
        }

        int missing = Array.IndexOf(names, null);
        if (missing < 0 && names.Length == count) return names!;
        throw new InvalidInputException(
            $"'{path}' has no line for {numberColumn} {(missing < 0 ? names.Length : missing)}; "
            + $"expected one for each of 0 to {count - 1}{(used > entries.Count ? " as in the .inter file" : "")}, so add it or delete the file.");
    }

    private static List<(string Digits, string Name, long Line)> ReadEntries(string path, string numberColumn)
    {
        using var lines = new LineReader(path);
        (byte separator, bool numberFirst) = ReadHeader(lines, path, numberColumn);
        var entries = new List<(string, string, long)>();
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty) continue;
            int split = numberFirst ? line.IndexOf(separator) : line.LastIndexOf(separator);
            if (split < 0)
                throw Refused(path, lines.Line, $"is {SourceText.Quoted(line)}; expected a name and a number, so complete or remove the line");
            if (!Utf8.IsValid(line)) throw Refused(path, lines.Line, SourceText.NotUtf8);
            ReadOnlySpan<byte> before = line[..split], after = line[(split + 1)..], digits = numberFirst ? before : after;
            entries.Add((Encoding.UTF8.GetString(digits), Unquoted(Encoding.UTF8.GetString(numberFirst ? after : before)), lines.Line));
        }

        return entries;
    }

    private static (byte Separator, bool NumberFirst) ReadHeader(LineReader lines, string path, string numberColumn)
    {
        if (!lines.TryRead(out ReadOnlySpan<byte> header))
            throw new InvalidInputException(
                $"'{path}' is empty; expected a header and one name per number, so write them or delete the file.");

        byte separator = header.Contains((byte)'\t') ? (byte)'\t' : (byte)',';
        if (header.Count(separator) != 1)
            throw new InvalidInputException(
                $"Line 1 of '{path}' is {SourceText.Quoted(header)}; "
                + $"expected two tab- or comma-separated columns, a name and {numberColumn}, so correct the header.");
        string first = Encoding.UTF8.GetString(header[..header.IndexOf(separator)]).Trim();
        return (separator, first.Equals(numberColumn, StringComparison.OrdinalIgnoreCase));
    }

    private static InvalidInputException Refused(string path, long line, string fault) => new($"Line {line} of '{path}' {fault}.");

    private static string Unquoted(string name) =>
        name is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : name;
}
