using System.Buffers.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>Parses an interaction file (<c>.inter</c>): a header, then one interaction a line.</summary>
internal sealed class InteractionFile
{
    private const int LinesBetweenCancellationChecks = 1 << 16;
    private readonly string _path;
    private readonly LineReader _lines;
    private readonly InteractionHeader _header;

    private InteractionFile(string path, LineReader lines)
    {
        _path = path;
        _lines = lines;
        if (!lines.TryRead(out ReadOnlySpan<byte> header))
        {
            throw new InvalidInputException(
                $"'{path}' is empty; "
                + "expected the header 'userID itemID x_label' on line 1 and one interaction on each line below, so write them.");
        }

        _header = InteractionHeader.Parse(header, path);
    }

    /// <summary>Reads all records of a file.</summary>
    /// <exception cref="InvalidInputException">The file is not in the format; the message names the line.</exception>
    public static InteractionTable Read(string path, CancellationToken cancellation)
    {
        using var lines = new LineReader(path);
        return new InteractionFile(path, lines).ReadRecords(cancellation);
    }

    private InteractionTable ReadRecords(CancellationToken cancellation)
    {
        var table = new InteractionTable(_path, _header.Ignored);
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (_lines.Line % LinesBetweenCancellationChecks == 0) cancellation.ThrowIfCancellationRequested();
            if (line.IsEmpty)
            {
                RefuseBlankLineInside();
                break;
            }

            AddRecord(table, line);
        }

        if (table.Records.Count == 0)
            throw new InvalidInputException(
                $"'{_path}' has a header but no interaction; expected one interaction on each line from line 2 on, so add them.");

        return table;
    }

    private void AddRecord(InteractionTable table, ReadOnlySpan<byte> line)
    {
        int user = 0, item = 0, label = 0, field = 0;
        foreach (Range range in line.Split(_header.Separator))
        {
            ReadOnlySpan<byte> text = line[range];
            if (field == _header.User) user = ParseId(text, "user");
            else if (field == _header.Item) item = ParseId(text, "item");
            else if (field == _header.Label) label = ParseLabel(text);
            field++;
        }

        if (field != _header.Fields)
        {
            throw new InvalidInputException(
                $"{Here} is {SourceText.Quoted(line)} with {field} {(field == 1 ? "field" : "fields")}; "
                + $"expected {_header.Fields} as in the header, so complete or remove the line.");
        }

        table.Records.Add((user, item, label));
    }

    private string Here => $"Line {_lines.Line} of '{_path}'";

    private int ParseId(ReadOnlySpan<byte> text, string kind)
    {
        bool digits = !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        if (digits && Utf8Parser.TryParse(text, out int id, out _) && id < int.MaxValue) return id;
        string reason = text switch
        {
            [] => ", which is empty",
            [(byte)'-', .. var magnitude] when int.TryParse(magnitude, out _) => ", which is negative",
            _ when digits || long.TryParse(text, out _) => ", which is too large",
            _ => ", which is not a whole number",
        };
        throw new InvalidInputException(
            $"{Here} has the {kind} id {SourceText.Quoted(text)}{reason}; "
            + $"expected a whole number from 0 to {int.MaxValue - 1}, so number the {kind}s from 0.");
    }

    private int ParseLabel(ReadOnlySpan<byte> text)
    {
        if (text is [>= (byte)'0' and <= (byte)'2']) return text[0] - '0';
        throw new InvalidInputException(
            $"{Here} has the label {SourceText.Quoted(text)}; expected x_label 0 (training), 1 (validation) or 2 (test), so correct the label.");
    }

    /// <summary>Lets blank lines stand at the end of the file only, so that a record's line number follows from its position.</summary>
    private void RefuseBlankLineInside()
    {
        long blank = _lines.Line;
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (!line.IsEmpty)
                throw new InvalidInputException(
                    $"Line {blank} of '{_path}' is blank; expected an interaction on each line, so remove the blank line.");
        }
    }
}
