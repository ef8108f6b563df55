using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>
/// Reads a file of external names (<c>u_id_mapping.csv</c>, <c>i_id_mapping.csv</c>): a header and two columns, tab- or
/// comma-separated, the name and the number; the number is in the column called userID or itemID, else in the second.
/// </summary>
internal static class IdMapping
{
    /// <summary>The name of each number from 0 to <paramref name="count"/>-1, or null where the file is absent.</summary>
    /// <exception cref="InvalidInputException">The file does not give each number one name of its own.</exception>
    public static IReadOnlyList<string>? ReadIfPresent(string path, string numberColumn, int count)
    {
        if (!File.Exists(path)) return null;
        using var lines = new LineReader(path);
        (byte separator, bool numberFirst) = ReadHeader(lines, path, numberColumn);
        var names = new string?[count];
        var lineOf = new Dictionary<string, long>();
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty) continue;
            int split = numberFirst ? line.IndexOf(separator) : line.LastIndexOf(separator);
            if (split < 0) throw Refused($"is {SourceText.Quoted(line)}; expected a name and a number, so complete or remove the line");
            if (!Utf8.IsValid(line)) throw Refused(SourceText.NotUtf8);
            ReadOnlySpan<byte> before = line[..split], after = line[(split + 1)..], digits = numberFirst ? before : after;
            if (!Utf8Parser.TryParse(digits, out uint number, out int used) || used < digits.Length || number >= count)
                throw Refused(
                    $"has the number {SourceText.Quoted(digits)}; "
                    + $"expected {numberColumn} 0 to {count - 1} as in the .inter file, so correct or remove the line");
            if (names[number] is not null)
                throw Refused($"gives {numberColumn} {number} a second name; expected one each, so remove one of the lines");
            string name = names[number] = Unquoted(Encoding.UTF8.GetString(numberFirst ? after : before));
            if (ExternalId.Fault(name) is { } fault)
                throw Refused($"has the name {SourceText.Quoted(name)}, which {fault}; {ExternalId.Expected}, so correct or remove the line");
            if (!lineOf.TryAdd(name, lines.Line))
                throw new InvalidInputException(
                    $"Lines {lineOf[name]} and {lines.Line} of '{path}' have the same name {SourceText.Quoted(name)}; "
                    + "expected distinct names, so correct one.");
        }

        int missing = Array.IndexOf(names, null);
        if (missing < 0) return names!;
        throw new InvalidInputException(
            $"'{path}' has no line for {numberColumn} {missing}; expected one for each of 0 to {count - 1}, so add it or delete the file.");

        InvalidInputException Refused(string fault) => new($"Line {lines.Line} of '{path}' {fault}.");
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

    private static string Unquoted(string name) =>
        name is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : name;
}
