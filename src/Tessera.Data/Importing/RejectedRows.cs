using System.Text.Json;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Rows that could not be used and were left out, as many as are allowed.</summary>
/// <param name="limit">How many lines may be left out.</param>
internal sealed class RejectedRows(int limit)
{
    public const string FileName = "rejected.jsonl";
    private readonly List<(string File, long Line, string Reason)> _rows = [];

    /// <summary>Number of lines left out.</summary>
    public int Count { get; private set; }

    /// <summary>None are allowed.</summary>
    public static RejectedRows None { get; } = new(0);

    public bool AreAllowed => limit > 0;

    /// <summary>Leaves a row out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line on which the row begins, or its number in a file of Parquet, from 1.</param>
    /// <param name="lines">Number of lines it takes.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <exception cref="InvalidInputException">Others were left out before, and this one is beyond the limit.</exception>
    public void Add(string path, long line, int lines, InvalidInputException fault)
    {
        if (Count + lines > limit)
            throw new InvalidInputException(
                $"{fault.Message.TrimEnd('.')} ({SourceText.Counted(Count, "bad row")} before it, and --skip-bad-rows allows {limit:N0}).", fault);
        string where = $" {line} of '{path}' ";
        int place = fault.Message.StartsWith("Line" + where, StringComparison.Ordinal) || fault.Message.StartsWith("Row" + where, StringComparison.Ordinal)
            ? fault.Message.IndexOf(where, StringComparison.Ordinal) + where.Length
            : 0;
        _rows.Add((Path.GetFileName(path), line, fault.Message[place..]));
        Count += lines;
    }

    /// <summary>Writes a JSON object for each row.</summary>
    public void Write(string folder) => AtomicFile.WriteBuffered(Path.Combine(folder, FileName), stream =>
    {
        foreach ((string file, long line, string reason) in _rows)
        {
            using (var json = new Utf8JsonWriter(stream, ItemTableFile.Readable))
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteNumber("line", line);
                json.WriteString("reason", reason);
                json.WriteEndObject();
            }

            stream.WriteByte((byte)'\n');
        }
    });
}
