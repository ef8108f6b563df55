using System.Buffers;
using System.Numerics;

namespace Tessera.Serving.Filters;

/// <summary>A set of items by number, a bit each, in memory that is used again.</summary>
internal sealed class ItemSet : IDisposable
{
    private ulong[] _words;

    /// <summary>An empty set.</summary>
    /// <param name="items">Number of items there are.</param>
    public ItemSet(int items)
    {
        Items = items;
        _words = ArrayPool<ulong>.Shared.Rent(Length);
        Words.Clear();
    }

    /// <summary>Number of items there are.</summary>
    public int Items { get; }

    /// <summary>The bits, a whole number of chunks; those from <see cref="Items"/> on are 0.</summary>
    public Span<ulong> Words => _words.AsSpan(0, Length);

    /// <summary>The bits of a chunk of items.</summary>
    public Span<ulong> Chunk(int chunk) => _words.AsSpan(chunk * ColumnChunk.Words, ColumnChunk.Words);

    /// <summary>Whole chunks, so that a filter has no border to mind.</summary>
    private int Length => (Items + ColumnChunk.Items - 1) / ColumnChunk.Items * ColumnChunk.Words;

    /// <summary>Takes all items in.</summary>
    public void Fill()
    {
        int whole = Items / 64;
        Words[..whole].Fill(ulong.MaxValue);
        if (Items % 64 > 0) Words[whole] = (1UL << (Items % 64)) - 1;
    }

    /// <summary>Whether an item is in it.</summary>
    public bool Contains(int item) => (uint)item < (uint)Items && (_words[item >> 6] >> item & 1) != 0;

    /// <summary>Takes an item in.</summary>
    public void Add(int item)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)item, (uint)Items, nameof(item));
        _words[item >> 6] |= 1UL << item;
    }

    /// <summary>Puts an item out; one there is not is in no set.</summary>
    public void Remove(int item)
    {
        if ((uint)item < (uint)Items) _words[item >> 6] &= ~(1UL << item);
    }

    /// <summary>Takes over another set of as many items.</summary>
    public void CopyFrom(ItemSet other) => other.Words.CopyTo(Words);

    /// <summary>Number of items in it.</summary>
    public int Count()
    {
        int count = 0;
        foreach (ulong word in Words) count += BitOperations.PopCount(word);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ulong[] words = Interlocked.Exchange(ref _words, []);
        if (words.Length > 0) ArrayPool<ulong>.Shared.Return(words);
    }
}
