using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Checks the fields of each event and hands it to the event log.</summary>
internal sealed class EventSink(EventLogWriter writer, IProgress<ImportProgress>? progress, CancellationToken cancellation)
{
    private const int EventsBetweenReports = 1 << 16;
    private readonly EventBatch _batch = new(writer);
    private long _added;

    /// <summary>Remarks on the events, one sentence each.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Adds an event.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line in it, from 1.</param>
    /// <param name="user">User id, UTF-8.</param>
    /// <param name="item">Item id, UTF-8.</param>
    /// <param name="rating">The rating as a number; NaN where the source has none.</param>
    /// <param name="time">Seconds since 1970.</param>
    /// <exception cref="InvalidInputException">An id cannot be used.</exception>
    public void Add(string path, long line, ReadOnlySpan<byte> user, ReadOnlySpan<byte> item, float rating, long time)
    {
        _added++;
        if (EventBatch.Takes(user) && EventBatch.Takes(item))
        {
            _batch.Add(user, item, rating, time);
            return;
        }

        _batch.Flush();
        writer.Add(new Event(NumberOf(writer.UserNames, "user", user, path, line), NumberOf(writer.ItemNames, "item", item, path, line), time, rating));
    }

    /// <summary>Reports progress at intervals.</summary>
    public void Report(double share)
    {
        if (_added % EventsBetweenReports != 0) return;
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new ImportProgress("events", _added, share));
    }

    /// <summary>Ends the events of a file.</summary>
    /// <exception cref="InvalidInputException">It had no events.</exception>
    public void End(string path)
    {
        _batch.Flush();
        if (writer.Events == 0) throw new InvalidInputException($"'{path}' holds no event; expected one record per event, so check that it is the right file.");
    }

    /// <summary>A rating.</summary>
    /// <exception cref="InvalidInputException">It is not a finite number.</exception>
    public static float Rating(ReadOnlySpan<byte> text, string path, long line)
    {
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float rating) && float.IsFinite(rating)) return rating;
        throw new InvalidInputException(
            $"Line {line} of '{path}' has the rating {SourceText.Quoted(text)}; expected a number such as 4 or 3.5, so correct or remove the line.");
    }

    /// <summary>A time, in seconds since 1970.</summary>
    /// <exception cref="InvalidInputException">It is not a time.</exception>
    public static long Time(ReadOnlySpan<byte> text, string path, long line)
    {
        if (SourceTime.TryParse(text, out long time)) return time;
        throw new InvalidInputException(
            $"Line {line} of '{path}' has the time {SourceText.Quoted(text)}; "
            + "expected seconds or milliseconds since 1970, or a date such as 2024-05-01T12:30:00Z, so correct or remove the line.");
    }

    private static int NumberOf(NameTable table, string kind, ReadOnlySpan<byte> id, string path, long line)
    {
        if (table.TryFind(id, out int number)) return number;
        if (!Utf8.IsValid(id)) throw new InvalidInputException($"Line {line} of '{path}' {SourceText.NotUtf8}.");
        string name = Encoding.UTF8.GetString(id);
        if (ExternalId.Fault(name) is { } fault)
            throw new InvalidInputException(
                $"Line {line} of '{path}' has the {kind} id {SourceText.Quoted(name)}, which {fault}; {ExternalId.Expected}, so correct or remove the line.");

        return table.NumberOf(name);
    }
}
