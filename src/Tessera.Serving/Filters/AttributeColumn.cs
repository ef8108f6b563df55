namespace Tessera.Serving.Filters;

/// <summary>An attribute's values of all items, in chunks that columns of other times share.</summary>
internal sealed class AttributeColumn
{
    private readonly object _owner;
    private readonly TextCodes _codes;
    private ColumnChunk?[] _chunks;

    /// <summary>A column without values.</summary>
    /// <param name="owner">Who may change it.</param>
    public AttributeColumn(object owner) => (_owner, _codes, _chunks) = (owner, new TextCodes(), []);

    private AttributeColumn(AttributeColumn other, object owner) => (_owner, _codes, _chunks) = (owner, other._codes, [.. other._chunks]);

    /// <summary>This one, or a copy, that somebody may change.</summary>
    public AttributeColumn For(object owner) => ReferenceEquals(owner, _owner) ? this : new AttributeColumn(this, owner);

    /// <summary>Whether no item has a value.</summary>
    public bool IsEmpty => _chunks.All(chunk => chunk is null);

    /// <summary>The values of a chunk of items; null where none has one.</summary>
    public ColumnChunk? Chunk(int chunk) => chunk < _chunks.Length ? _chunks[chunk] : null;

    /// <summary>The code of a text; 0 where no item has it.</summary>
    public int CodeOf(string text) => _codes.Find(text);

    /// <summary>Whether an item has a value.</summary>
    public bool Has(int item) => Chunk(item / ColumnChunk.Items)?.Has(item % ColumnChunk.Items) == true;

    /// <summary>Gives an item another value, or none.</summary>
    public void Set(int item, AttributeValue? value)
    {
        (int chunk, int place) = Math.DivRem(item, ColumnChunk.Items);
        if (chunk >= _chunks.Length) Array.Resize(ref _chunks, chunk + 1);
        ColumnChunk own = _chunks[chunk] = _chunks[chunk]?.For(_owner) ?? new ColumnChunk(_owner);
        if (value is { } given)
        {
            own.Set(place, given, _codes);
            return;
        }

        own.Clear(place);
        if (own.IsEmpty) _chunks[chunk] = null;
    }
}
