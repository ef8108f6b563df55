using System.Buffers.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>Parses an interaction file (<c>.inter</c>): a header, then one interaction per line.</summary>
internal sealed class InteractionFile(string path, LineReader lines, InteractionHeader header)
{
    private const int LinesBetweenCancellationChecks = 1 << 16;

    private string Here => $"Line {lines.Line} of '{path}'";

    /// <summary>Reads all records of a file; only its end may have blank lines, so that a record's line number follows from its position.</summary>
    /// <exception cref="InvalidInputException">The file is not in the format; the message names the line.</exception>
    public static InteractionTable Read(string path, CancellationToken cancellationToken)
    {
        using var lines = new LineReader(path);
        if (!lines.TryRead(out ReadOnlySpan<byte> line))
            throw new InvalidInputException(
                $"'{path}' is empty; "
                + "expected the header 'userID itemID x_label' on line 1 and one interaction on each line below, so write them.");

        InteractionHeader header = InteractionHeader.Parse(line, path);
        var file = new InteractionFile(path, lines, header);
        var table = new InteractionTable(path, header.Ignored);
        long blank = 0;
        while (lines.TryRead(out line))
        {
            if (lines.Line % LinesBetweenCancellationChecks == 0) cancellationToken.ThrowIfCancellationRequested();
            if (line.IsEmpty) blank = blank == 0 ? lines.Line : blank;
            else if (blank == 0) table.Records.Add(file.Parse(line));
            else throw new InvalidInputException(
                $"Line {blank} of '{path}' is blank; expected an interaction on each line, so remove the blank line.");
        }

        if (table.Records.Count > 0) return table;
        throw new InvalidInputException(
            $"'{path}' has a header but no interaction; expected one interaction on each line from line 2 on, so add them.");
    }

    private (int User, int Item, int Split) Parse(ReadOnlySpan<byte> line)
    {
        int user = 0, item = 0, label = 0, field = 0;
        foreach (Range range in line.Split(header.Separator))
        {
            ReadOnlySpan<byte> text = line[range];
            if (field == header.User) user = ParseId(text, "user");
            else if (field == header.Item) item = ParseId(text, "item");
            else if (field == header.Label) label = ParseLabel(text);
            field++;
        }

        if (field != header.Fields)
        {
            throw new InvalidInputException(
                $"{Here} is {SourceText.Quoted(line)} with {field} {(field == 1 ? "field" : "fields")}; "
                + $"expected {header.Fields} as in the header, so complete or remove the line.");
        }

        return (user, item, label);
    }

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
}
