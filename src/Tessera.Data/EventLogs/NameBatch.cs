namespace Tessera.Data.EventLogs;

/// <summary>Names to number together, and their numbers.</summary>
/// <param name="capacity">Most names at a time.</param>
internal sealed class NameBatch(int capacity)
{
    private readonly int[] _ends = new int[capacity], _numbers = new int[capacity];
    private byte[] _names = new byte[16 * capacity];
    private int _count;

    /// <summary>The number of each name, once <see cref="NameTable.NumberAll"/> has found it.</summary>
    public Span<int> Numbers => _numbers.AsSpan(0, _count);

    /// <summary>A name, UTF-8.</summary>
    public ReadOnlySpan<byte> this[int index] => _names.AsSpan((index == 0 ? 0 : _ends[index - 1]).._ends[index]);

    /// <summary>Adds a name that an event log can hold.</summary>
    public void Add(ReadOnlySpan<byte> name)
    {
        int start = _count == 0 ? 0 : _ends[_count - 1], end = start + name.Length;
        if (end > _names.Length) Array.Resize(ref _names, 2 * end);
        name.CopyTo(_names.AsSpan(start));
        _ends[_count++] = end;
    }

    public void Clear() => _count = 0;
}
