using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Checks the fields of each event and hands it to the event log.</summary>
internal sealed class EventSink(EventLogWriter writer, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
{
    private const int EventsBetweenReports = 1 << 16;
    private string _firstTime = "";
    private string? _notUtf8;
    private long _withoutTime;
    private readonly EventBatch _batch = new(writer);
    private long _added;

    /// <summary>Stops the reading.</summary>
    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Remarks on the events, one sentence each.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>A .NET format of the times; null: numbers since 1970 or year-first dates.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>How a remedy begins that names the times' column.</summary>
    public string Before { get; init; } = "";

    /// <summary>Takes events that cannot be used.</summary>
    public RejectedRows Rejected { get; init; } = RejectedRows.None;

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
        user = ExternalId.Trimmed(user);
        item = ExternalId.Trimmed(item);
        _added++;
        if (EventBatch.Takes(user) && EventBatch.Takes(item))
        {
            _batch.Add(user, item, rating, time);
            return;
        }

        _batch.Flush();
        string userName = NameOf("user", user, path, line), itemName = NameOf("item", item, path, line); // both first: a user who is numbered must get an event
        writer.Add(new Event(writer.UserIds.NumberOf(userName), writer.ItemIds.NumberOf(itemName), time, rating));
    }

    /// <summary>Reports progress at intervals.</summary>
    public void Report(double share)
    {
        if (_added % EventsBetweenReports != 0) return;
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new ImportProgress("events", _added, share));
    }

    /// <summary>Ends the events of a file.</summary>
    /// <exception cref="InvalidInputException">It had no events, or its times cannot be such.</exception>
    public void End(string path)
    {
        _batch.Flush();
        if (writer.Events == 0) throw new InvalidInputException($"'{path}' holds no event; expected one record per event, so check that it is the right file.");
        if (_withoutTime > 0)
            Notices.Add($"{SourceText.Counted(_withoutTime, "event")} of {Path.GetFileName(path)} {(_withoutTime == 1 ? "has" : "have")} no time.");
        if (writer.FirstTime is { } first && writer.LastTime is { } last && !SourceTime.Overlaps(first, last))
            throw new InvalidInputException($"'{path}' has times such as {SourceText.Quoted(_firstTime)}{SourceTime.Implausible(_firstTime, first, last, Before)}.");
    }

    /// <summary>A rating.</summary>
    /// <exception cref="InvalidInputException">It is not a finite number.</exception>
    public static float Rating(ReadOnlySpan<byte> text, string path, long line)
    {
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float rating) && float.IsFinite(rating)) return rating;
        throw new InvalidInputException(
            $"Line {line} of '{path}' has the rating {SourceText.Quoted(text)}; expected a number such as 4 or 3.5, so correct or remove the line.");
    }

    /// <summary>A time, in seconds since 1970; 0 for a text that says there is none.</summary>
    /// <exception cref="InvalidInputException">It is not a time.</exception>
    public long Time(ReadOnlySpan<byte> text, string path, long line)
    {
        if (SourceTime.TryParse(text, TimeFormat, out long time))
        {
            if (_firstTime.Length == 0) _firstTime = Encoding.UTF8.GetString(text);
            return time;
        }

        if (SourceTime.IsAbsent(text))
        {
            _withoutTime++;
            return 0;
        }

        string fault = SourceTime.Fault(Encoding.UTF8.GetString(text), TimeFormat);
        throw new InvalidInputException($"Line {line} of '{path}' has the time {SourceText.Quoted(text)}{fault}.");
    }

    private string NameOf(string kind, ReadOnlySpan<byte> id, string path, long line)
    {
        if (!Utf8.IsValid(id)) throw new InvalidInputException($"Line {line} of '{path}' {_notUtf8 ??= SourceEncoding.NotUtf8(path)}.");
        string name = Encoding.UTF8.GetString(id);
        return ExternalId.Fault(name) is not { } fault
            ? name
            : throw new InvalidInputException(
                $"Line {line} of '{path}' has the {kind} id {SourceText.Quoted(name)}, which {fault}; {ExternalId.Expected}, so correct or remove the line.");
    }
}
