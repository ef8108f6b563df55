using System.Text.Json;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Checks the records of an item table and hands them on.</summary>
/// <param name="path">The table.</param>
/// <param name="numberOf">The number of an item, -1 for a name that is none.</param>
/// <param name="add">Takes a record.</param>
/// <param name="join">Compares the table with the events.</param>
/// <param name="pictures">Finds the items' pictures.</param>
/// <param name="progress">Receives how much of the table has been read, 0 to 1; may be null.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class ItemSink(
    string path, Func<string, int> numberOf, Func<ItemRecord, ItemAddition> add, ItemJoin join, ItemPictures pictures,
    Action<double>? progress, CancellationToken cancellationToken)
{
    private const int RecordsBetweenReports = 1 << 10;

    /// <summary>The line of each item's record, as far as the list goes.</summary>
    private readonly List<long> _lines = [];

    /// <summary>Number of records in which a field is no text, by field.</summary>
    private readonly SortedDictionary<string, long> _unusable = new(StringComparer.Ordinal);

    private long _read, _withoutEvents, _leftOut, _repeated, _markup;

    /// <summary>The table.</summary>
    public string TablePath => path;

    /// <summary>Stops the reading.</summary>
    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Remarks on the table, one sentence each.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Tells the items of the events; null where nothing does.</summary>
    public Func<string, bool>? HasEvents { get; init; }

    /// <summary>Name of the table's encoding; null: UTF-8 unless it begins with a mark.</summary>
    public string? Encoding { get; init; }

    /// <summary>Takes records that cannot be used.</summary>
    public RejectedRows Rejected { get; init; } = RejectedRows.None;

    /// <summary>Adds a record.</summary>
    /// <param name="line">The line in it, from 1.</param>
    /// <param name="id">The item's id.</param>
    /// <param name="texts">Its texts, from which HTML is taken out; empty ones are left out.</param>
    /// <param name="image">Address or path of its picture, relative to the table, or null or empty for none.</param>
    /// <exception cref="InvalidInputException">The id cannot be used, or the item has another record already.</exception>
    public void Add(long line, string id, IEnumerable<KeyValuePair<string, string>> texts, string? image)
    {
        id = ExternalId.Trimmed(id);
        if (ExternalId.Fault(id) is { } fault)
            throw new InvalidInputException(
                $"Line {line} of '{path}' has the item id {SourceText.Quoted(id)}, which {fault}; {ExternalId.Expected}, so correct or remove the line.");

        if (image?.Contains('\0') == true)
            throw new InvalidInputException($"Line {line} of '{path}' has the image {SourceText.Quoted(image)}; expected a path or an address, so correct it.");

        var kept = new OrderedDictionary<string, string>();
        bool hasMarkup = false;
        foreach ((string name, string text) in texts)
        {
            if (!ItemTableFile.IsFieldName(name))
            {
                throw new InvalidInputException(
                    $"Line {line} of '{path}' has a text called '{name}', which names something else in item tables; "
                    + "expected another name, so rename it there.");
            }

            string plain = HtmlText.Plain(text);
            hasMarkup |= plain != text;
            if (!string.IsNullOrWhiteSpace(plain)) kept[name] = plain;
        }

        if (hasMarkup) _markup++;
        ItemRecord record = pictures.Locate(new ItemRecord(id, kept, image));
        join.Add(record);
        switch (add(record))
        {
            case ItemAddition.Added: RememberLine(id, line); break;
            case ItemAddition.AddedWithoutEvents:
                RememberLine(id, line);
                _withoutEvents++;
                break;
            case ItemAddition.LeftOut: _leftOut++; break;
            case ItemAddition.Repeated: _repeated++; break;
            default:
                throw new InvalidInputException(
                    $"Lines {_lines[numberOf(id)]} and {line} of '{path}' describe the item {SourceText.Quoted(id)} differently; "
                    + "expected one record per item, so remove one.");
        }
    }

    /// <summary>Adds what a field of the next record says to its texts, or counts it where it is no text.</summary>
    /// <exception cref="InvalidOperationException">A text is broken.</exception>
    public void AddText(string field, JsonElement value, List<KeyValuePair<string, string>> texts)
    {
        if (JsonTexts.Of(value) is { } text) texts.Add(KeyValuePair.Create(field, text));
        else _unusable[field] = _unusable.GetValueOrDefault(field) + 1;
    }

    /// <summary>Reports progress at intervals; called once per record.</summary>
    /// <param name="share">How much of the table has been read, 0 to 1.</param>
    public void Report(double share)
    {
        if (_read++ % RecordsBetweenReports != 0) return;
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Invoke(share);
    }

    /// <summary>Ends the table.</summary>
    /// <param name="share">Share of the events whose items have a record, 0 to 1.</param>
    /// <exception cref="InvalidInputException">No event or no picture belongs to any record.</exception>
    public void End(double share)
    {
        string name = Path.GetFileName(path);
        Notices.AddRange(new[] { join.Verdict(share), pictures.Verdict(), pictures.Ambiguities() }.OfType<string>());
        if (_repeated > 0) Notices.Add($"Merged {SourceText.Counted(_repeated, "record")} of {name} that repeated another.");
        if (_leftOut > 0) Notices.Add($"Left out {SourceText.Counted(_leftOut, "item")} of {name} that the data set does not have.");
        if (_withoutEvents > 0) Notices.Add($"Kept {SourceText.Counted(_withoutEvents, "item")} of {name} without events, to be recommended by texts and images alone.");
        if (join.Undescribed > 0) Notices.Add($"No record in {name} for {SourceText.Counted(join.Undescribed, "item")} of the events.");
        if (_unusable.Count > 0)
        {
            string fields = string.Join(", ", _unusable.Take(20).Select(field => $"{SourceText.Quoted(field.Key)} ({SourceText.Counted(field.Value, "record")})"));
            Notices.Add($"What {name} has in {fields} is not text and was left out.");
        }

        if (_markup > 0) Notices.Add($"Took HTML out of the texts of {SourceText.Counted(_markup, "record")} of {name}.");
    }

    private void RememberLine(string id, long line)
    {
        int item = numberOf(id);
        while (_lines.Count <= item) _lines.Add(0);
        _lines[item] = line;
    }
}
