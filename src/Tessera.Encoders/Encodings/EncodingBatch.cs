namespace Tessera.Encoders.Encodings;

/// <summary>Contents for one call of an encoder, with their keys.</summary>
internal sealed class EncodingBatch<TContent>
{
    private readonly List<ContentKey> _keys = [];
    private readonly List<TContent> _contents = [];

    public IReadOnlyList<ContentKey> Keys => _keys;

    public IReadOnlyList<TContent> Contents => _contents;

    public int Count => _keys.Count;

    public void Add(ContentKey key, TContent content)
    {
        _keys.Add(key);
        _contents.Add(content);
    }

    /// <summary>The same without the contents whose key is chosen.</summary>
    public EncodingBatch<TContent> Without(Func<ContentKey, bool> chosen)
    {
        var rest = new EncodingBatch<TContent>();
        for (int i = 0; i < Count; i++)
            if (!chosen(_keys[i])) rest.Add(_keys[i], _contents[i]);
        return rest;
    }

    /// <summary>Batches of at most so many contents each.</summary>
    public IEnumerable<EncodingBatch<TContent>> Split(int size)
    {
        for (int start = 0; start < Count; start += size)
        {
            var part = new EncodingBatch<TContent>();
            for (int i = start; i < Math.Min(start + size, Count); i++) part.Add(_keys[i], _contents[i]);
            yield return part;
        }
    }
}
