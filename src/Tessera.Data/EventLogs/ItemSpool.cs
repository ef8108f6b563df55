using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>Keeps item records in a file in the order they arrive, and returns them in the order of the items.</summary>
/// <param name="path">The file.</param>
/// <param name="directory">The folder that the records will be in at the end.</param>
/// <param name="open">Opens the file.</param>
internal sealed class ItemSpool(string path, string directory, Func<string, Stream> open) : IDisposable
{
    private readonly Dictionary<int, (long Offset, int Length)> _places = [];
    private Stream? _file;
    private long _end;

    /// <summary>Number of items with a record.</summary>
    public int Count => _places.Count;

    /// <summary>Whether an item has a record.</summary>
    public bool Has(int item) => _places.ContainsKey(item);

    public ItemAddition Add(int item, ItemRecord record)
    {
        byte[] line = ItemTableFile.Line(record, directory);
        if (_places.TryGetValue(item, out (long Offset, int Length) place))
            return Read(place).AsSpan().SequenceEqual(line) ? ItemAddition.Repeated : ItemAddition.Contradicted;
        _file ??= open(path);
        if (_file.Position != _end) _file.Position = _end;
        _file.Write(line);
        _places.Add(item, (_end, line.Length));
        _end += line.Length;
        return ItemAddition.Added;
    }

    /// <summary>Writes a line for each item; one without a record has its name alone.</summary>
    public void WriteTo(Stream stream, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        for (int item = 0; item < names.Count; item++)
        {
            if (item % (1 << 10) == 0) cancellationToken.ThrowIfCancellationRequested();
            stream.Write(_places.TryGetValue(item, out (long, int) place) ? Read(place) : ItemTableFile.Line(ItemRecord.Unknown(names[item]), directory));
        }
    }

    public void Dispose() => AtomicFile.Abandon(_file);

    private byte[] Read((long Offset, int Length) place)
    {
        var line = new byte[place.Length];
        _file!.Position = place.Offset;
        _file.ReadExactly(line);
        return line;
    }
}

/// <summary>The outcome of adding an item's record.</summary>
internal enum ItemAddition
{
    /// <summary>It is there now.</summary>
    Added,

    /// <summary>It is there now, with its item, which no event names.</summary>
    AddedWithoutEvents,

    /// <summary>There is no such item, and none can be added.</summary>
    LeftOut,

    /// <summary>The item has the same record already.</summary>
    Repeated,

    /// <summary>The item has another record already, which stays.</summary>
    Contradicted,
}
