namespace Tessera.Data.EventLogs;

/// <summary>The items of a folder that can be encoded: what <c>items.jsonl</c> lists, read again for every pass.</summary>
public sealed class ItemTable
{
    private readonly string _path;

    private ItemTable(string directory, string path, List<string> ids, IReadOnlyList<string> fields, int images)
    {
        Directory = directory;
        _path = path;
        Ids = ids;
        Fields = fields;
        Images = images;
    }

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>External ids, in order.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Names of the text fields that any item has, in order of first appearance.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Number of items that name an image on the disk, and not at an address.</summary>
    public int Images { get; }

    /// <summary>Reads through the table once.</summary>
    /// <exception cref="InvalidInputException">There is no table, a line is no item, or two lines have the same one.</exception>
    public static ItemTable Open(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        string path = Path.Combine(directory, EventLog.ItemTableName);
        if (!File.Exists(path))
            throw new InvalidInputException($"'{directory}' has no {EventLog.ItemTableName}; expected a folder that 'tessera data split' or 'tessera data import' wrote, so check the path.");
        var ids = new List<string>();
        var lineOf = new Dictionary<string, int>();
        var fields = new OrderedDictionary<string, bool>();
        int images = 0;
        foreach (ItemRecord record in ItemTableFile.Read(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ids.Add(record.Id);
            if (!lineOf.TryAdd(record.Id, ids.Count))
                throw new InvalidInputException($"Lines {lineOf[record.Id]} and {ids.Count} of '{path}' both have item '{record.Id}'; expected each item once, so remove one of them.");
            foreach (string field in record.Texts.Keys) fields.TryAdd(field, true);
            if (record.Image is { } image && !PicturePath.IsAddress(image)) images++;
        }

        return ids.Count > 0
            ? new ItemTable(directory, path, ids, [.. fields.Keys], images)
            : throw new InvalidInputException($"'{path}' is empty; expected one line per item, so restore the file or make its folder again.");
    }

    /// <summary>Whether any item of a folder has a text or names an image.</summary>
    /// <exception cref="InvalidInputException">A line is no item.</exception>
    internal static bool HasContent(string directory) =>
        ItemTableFile.Read(Path.Combine(directory, EventLog.ItemTableName)).Any(record => record.Texts.Count > 0 || record.Image is not null);

    /// <summary>The items, one after another.</summary>
    /// <exception cref="InvalidInputException">The file is not what it was when it was opened.</exception>
    internal IEnumerable<ItemRecord> Records()
    {
        int item = 0;
        foreach (ItemRecord record in ItemTableFile.Read(_path))
        {
            if (item == Ids.Count || record.Id != Ids[item]) throw Changed();
            item++;
            yield return record;
        }

        if (item < Ids.Count) throw Changed();
    }

    private InvalidInputException Changed() => new($"'{_path}' was changed while it was read; wait until nothing changes it, then run the command again.");
}
