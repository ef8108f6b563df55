using System.Runtime.InteropServices;

namespace Tessera.Data.DatasetFolder;

/// <summary>The lines of an interaction file in their order, one record a line.</summary>
internal sealed class InteractionTable(string path, IReadOnlyList<string> ignoredColumns)
{
    private readonly List<int> _users = [], _items = [];
    private readonly List<byte> _splits = [];

    /// <summary>Path of the file, for messages.</summary>
    public string Path { get; } = path;

    /// <summary>Columns of the file that nothing reads.</summary>
    public IReadOnlyList<string> IgnoredColumns { get; } = ignoredColumns;

    /// <summary>Number of records.</summary>
    public int Count => _users.Count;

    /// <summary>User of each record, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Users => CollectionsMarshal.AsSpan(_users);

    /// <summary>Item of each record, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Items => CollectionsMarshal.AsSpan(_items);

    /// <summary>Split of each record, <c>[Count]</c>: 0 training, 1 validation, 2 test.</summary>
    public ReadOnlySpan<byte> Splits => CollectionsMarshal.AsSpan(_splits);

    /// <summary>Line of a record, counted from 1; the header is line 1.</summary>
    public static int LineOf(int record) => record + 2;

    public void Add(int user, int item, byte split)
    {
        _users.Add(user);
        _items.Add(item);
        _splits.Add(split);
    }
}
