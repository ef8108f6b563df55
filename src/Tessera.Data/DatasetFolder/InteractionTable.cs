namespace Tessera.Data.DatasetFolder;

/// <summary>The lines of an interaction file in their order, one record a line.</summary>
internal sealed class InteractionTable(string path, IReadOnlyList<string> ignoredColumns)
{
    private int[] _users = new int[1024];
    private int[] _items = new int[1024];
    private byte[] _splits = new byte[1024];

    /// <summary>Path of the file, for messages.</summary>
    public string Path { get; } = path;

    /// <summary>Columns of the file that nothing reads.</summary>
    public IReadOnlyList<string> IgnoredColumns { get; } = ignoredColumns;

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    /// <summary>User of each record, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Users => _users.AsSpan(0, Count);

    /// <summary>Item of each record, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    /// <summary>Split of each record, <c>[Count]</c>: 0 training, 1 validation, 2 test.</summary>
    public ReadOnlySpan<byte> Splits => _splits.AsSpan(0, Count);

    /// <summary>Line of a record, counted from 1; the header is line 1.</summary>
    public static int LineOf(int record) => record + 2;

    public void Add(int user, int item, byte split)
    {
        if (Count == _users.Length)
        {
            int size = (int)Math.Min(2L * Count, Array.MaxLength);
            Array.Resize(ref _users, size);
            Array.Resize(ref _items, size);
            Array.Resize(ref _splits, size);
        }

        _users[Count] = user;
        _items[Count] = item;
        _splits[Count] = split;
        Count++;
    }
}
