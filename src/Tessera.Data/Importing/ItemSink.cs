using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Checks the records of an item table and hands them on.</summary>
/// <param name="path">The table.</param>
/// <param name="add">Takes a record.</param>
/// <param name="progress">Receives how much of the table has been read, 0 to 1; may be null.</param>
/// <param name="cancellation">Stops the reading.</param>
internal sealed class ItemSink(string path, Func<ItemRecord, ItemAddition> add, Action<double>? progress, CancellationToken cancellation)
{
    private const int RecordsBetweenReports = 1 << 10;
    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
    private long _read, _withoutEvents, _repeated;

    /// <summary>The table.</summary>
    public string TablePath => path;

    /// <summary>Remarks on the table, one sentence each.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Tells the items of the events; null where nothing does.</summary>
    public Func<string, bool>? HasEvents { get; init; }

    /// <summary>Name of the table's encoding; null: UTF-8 unless it begins with a mark.</summary>
    public string? Encoding { get; init; }

    /// <summary>Takes records that cannot be used.</summary>
    public RejectedRows Rejected { get; init; } = RejectedRows.None;

    /// <summary>Number of items with a record.</summary>
    public int Count => _lines.Count;

    /// <summary>Adds a record.</summary>
    /// <param name="line">The line in it, from 1.</param>
    /// <param name="id">The item's id.</param>
    /// <param name="texts">Its texts; empty ones are left out.</param>
    /// <param name="image">Address or path of its picture, relative to the table, or null or empty for none.</param>
    /// <exception cref="InvalidInputException">The id cannot be used, or the item has another record already.</exception>
    public void Add(long line, string id, IEnumerable<KeyValuePair<string, string>> texts, string? image)
    {
        id = ExternalId.Trimmed(id);
        if (ExternalId.Fault(id) is { } fault)
            throw new InvalidInputException(
                $"Line {line} of '{path}' has the item id {SourceText.Quoted(id)}, which {fault}; {ExternalId.Expected}, so correct or remove the line.");

        var kept = new OrderedDictionary<string, string>();
        foreach ((string name, string text) in texts)
        {
            if (!ItemTableFile.IsFieldName(name))
            {
                throw new InvalidInputException(
                    $"Line {line} of '{path}' has a text called '{name}', which names something else in item tables; "
                    + "expected another name, so rename it there.");
            }

            if (!string.IsNullOrWhiteSpace(text)) kept[name] = text;
        }

        switch (add(new ItemRecord(id, kept, string.IsNullOrWhiteSpace(image) ? null : Located(image, line))))
        {
            case ItemAddition.Added: _lines.Add(id, line); break;
            case ItemAddition.WithoutEvents: _withoutEvents++; break;
            case ItemAddition.Repeated: _repeated++; break;
            default:
                throw new InvalidInputException(
                    $"Lines {_lines[id]} and {line} of '{path}' describe the item {SourceText.Quoted(id)} differently; expected one record per item, so remove one.");
        }
    }

    /// <summary>Reports progress at intervals; called once per record.</summary>
    /// <param name="share">How much of the table has been read, 0 to 1.</param>
    public void Report(double share)
    {
        if (_read++ % RecordsBetweenReports != 0) return;
        cancellation.ThrowIfCancellationRequested();
        progress?.Invoke(share);
    }

    /// <summary>Ends the table.</summary>
    /// <param name="items">Number of items with events.</param>
    public void End(int items)
    {
        string name = Path.GetFileName(path);
        if (_repeated > 0) Notices.Add($"Merged {SourceText.Counted(_repeated, "record")} of {name} that repeated another.");
        if (_withoutEvents > 0) Notices.Add($"Left out {SourceText.Counted(_withoutEvents, "item")} of {name} without events.");
        if (Count < items) Notices.Add($"No record in {name} for {SourceText.Counted(items - Count, "item")} of the events.");
    }

    private string Located(string image, long line)
    {
        if (image.Contains("://", StringComparison.Ordinal) || image.StartsWith("data:", StringComparison.Ordinal)) return image;
        if (image.Contains('\0'))
            throw new InvalidInputException($"Line {line} of '{path}' has the image {SourceText.Quoted(image)}; expected a path or an address, so correct it.");
        return Path.GetFullPath(image, _folder);
    }
}
