using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Whether an item table and the events speak of the same items, and where not, which of its columns does.</summary>
/// <param name="path">The table.</param>
/// <param name="items">Names of the items that should have a record; further ones may come later.</param>
/// <param name="numberOf">The number of an item, -1 for a name that is none.</param>
/// <param name="options">The format's own options.</param>
/// <param name="instead">How a remedy begins that needs another.</param>
internal sealed class ItemJoin(string path, IReadOnlyList<string> items, Func<string, int> numberOf, IReadOnlyList<string> options, string instead = "")
{
    private readonly int _items = items.Count;
    private readonly HashSet<int> _described = [];

    /// <summary>The items that other columns name in records whose own item is none, by column.</summary>
    private readonly Dictionary<string, HashSet<int>> _elsewhere = [];

    private string? _unknown;

    /// <summary>Number of items without a record.</summary>
    public int Undescribed => _items - _described.Count;

    /// <summary>Takes note of a record.</summary>
    public void Add(ItemRecord record)
    {
        if (numberOf(record.Id) is >= 0 and var item && item < _items)
        {
            _described.Add(item);
            return;
        }

        _unknown ??= record.Id;
        foreach ((string column, string text) in record.Texts)
        {
            if (text.Length > ExternalId.MaxLength || numberOf(text) is not (>= 0 and var named) || named >= _items) continue;
            if (!_elsewhere.TryGetValue(column, out HashSet<int>? found)) _elsewhere.Add(column, found = []);
            found.Add(named);
        }
    }

    /// <summary>Judges the join.</summary>
    /// <param name="share">Share of the events whose items have a record, 0 to 1.</param>
    /// <returns>A remark where it is under a half, else null.</returns>
    /// <exception cref="InvalidInputException">It is 0.</exception>
    public string? Verdict(double share)
    {
        if (share >= 0.5) return null;
        string missing = items[Enumerable.Range(0, _items).First(item => !_described.Contains(item))];
        string ids = $"the events have items such as {SourceText.Quoted(missing)}"
            + (_unknown is null ? "" : $", the table such as {SourceText.Quoted(_unknown)}");
        if (share == 0) throw new InvalidInputException($"No event is of an item that '{path}' has: {ids}; expected the same ids in both, so {Remedy()}.");
        return $"Only {100 * share:0.##} % of the events are of items that {Path.GetFileName(path)} has: {ids}; if this is not meant, {Remedy()}.";
    }

    private string Remedy()
    {
        string? column = _elsewhere.Where(found => 2 * found.Value.Count >= _items).OrderByDescending(found => found.Value.Count).FirstOrDefault().Key;
        bool canName = options.Contains("--item-id-column");
        if (column is not null) return $"{(canName ? "" : instead)}name the table's column {SourceText.Quoted(column)}, which holds them, with --item-id-column";
        return "check that the files belong together" + (options.Contains("--item-column") ? ", or say with --item-column and --item-id-column which columns do"
            : canName ? ", or say with --item-id-column which column does" : "");
    }
}
