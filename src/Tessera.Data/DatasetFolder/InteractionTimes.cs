using System.Buffers.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>When users interacted with items, from the column <c>timestamp</c> of an interaction file.</summary>
internal static class InteractionTimes
{
    /// <summary>The time of each pair of a data set, the earliest of a repeated one, in the file's unit; null where the file has no such column.</summary>
    /// <exception cref="InvalidInputException">A time is no number.</exception>
    public static IReadOnlyDictionary<(int User, int Item), double>? ReadIfPresent(string directory, CancellationToken cancellationToken = default)
    {
        string path = DatasetReader.FindInteractionFile(directory);
        InteractionTable table = InteractionFile.Read(path, cancellationToken);
        using var lines = new LineReader(path);
        lines.TryRead(out ReadOnlySpan<byte> line);
        InteractionHeader header = InteractionHeader.Parse(line, path);
        if (header.Time < 0) return null;
        var times = new Dictionary<(int, int), double>();
        foreach ((int user, int item, _) in table.Records)
        {
            lines.TryRead(out line);
            double time = TimeOf(line, header, path, lines.Line);
            times[(user, item)] = Math.Min(time, times.GetValueOrDefault((user, item), time));
        }

        return times;
    }

    private static double TimeOf(ReadOnlySpan<byte> line, InteractionHeader header, string path, long number)
    {
        int field = 0;
        foreach (Range range in line.Split(header.Separator))
        {
            if (field++ != header.Time) continue;
            ReadOnlySpan<byte> text = line[range];
            if (Utf8Parser.TryParse(text, out double time, out int used) && used == text.Length && double.IsFinite(time)) return time;
            throw new InvalidInputException($"Line {number} of '{path}' has the timestamp {SourceText.Quoted(text)}; expected a number, so correct it.");
        }

        throw new InvalidInputException($"Line {number} of '{path}' has no timestamp; expected one, so complete the line.");
    }
}
