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
    private long _read, _withoutEvents, _leftOut, _repeated;

    /// <summary>The table.</summary>
    public string TablePath => path;

    /// <summary>Remarks on the table, one sentence each.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Adds a record.</summary>
    /// <param name="line">The line in it, from 1.</param>
    /// <param name="id">The item's id.</param>
    /// <param name="texts">Its texts; empty ones are left out.</param>
    /// <param name="image">Address or path of its picture, relative to the table, or null or empty for none.</param>
    /// <exception cref="InvalidInputException">The id cannot be used, or the item has another record already.</exception>
    public void Add(long line, string id, IEnumerable<KeyValuePair<string, string>> texts, string? image)
    {
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
            case ItemAddition.AddedWithoutEvents:
                _lines.Add(id, line);
                _withoutEvents++;
                break;
            case ItemAddition.LeftOut: _leftOut++; break;
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
    /// <param name="items">Number of items that should have a record: those with events, or of the data set.</param>
    public void End(int items)
    {
        string name = Path.GetFileName(path);
        if (_repeated > 0) Notices.Add($"Merged {SourceText.Counted(_repeated, "record")} of {name} that repeated another.");
        if (_leftOut > 0) Notices.Add($"Left out {SourceText.Counted(_leftOut, "item")} of {name} that the data set does not have.");
        if (_withoutEvents > 0) Notices.Add($"Kept {SourceText.Counted(_withoutEvents, "item")} of {name} without events, to be recommended by texts and images alone.");
        long described = _lines.Count - _withoutEvents;
        if (described < items) Notices.Add($"No record in {name} for {SourceText.Counted(items - described, "item")} of the events.");
    }

    private string Located(string image, long line)
    {
        if (image.Contains("://", StringComparison.Ordinal) || image.StartsWith("data:", StringComparison.Ordinal)) return image;
        if (image.Contains('\0'))
            throw new InvalidInputException($"Line {line} of '{path}' has the image {SourceText.Quoted(image)}; expected a path or an address, so correct it.");
        return Path.GetFullPath(image, _folder);
    }
}
