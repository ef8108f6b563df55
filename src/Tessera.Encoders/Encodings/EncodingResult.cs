namespace Tessera.Encoders.Encodings;

/// <summary>What an encoding gave; the results themselves stand in the cache.</summary>
public sealed class EncodingResult
{
    internal EncodingResult(IReadOnlyList<ContentKey?> keys, IReadOnlyList<ItemFailure> failures, int encoded, int cached, int cut)
    {
        Keys = keys;
        Failures = failures;
        Encoded = encoded;
        Cached = cached;
        Cut = cut;
    }

    /// <summary>Items that have no result, ascending.</summary>
    public IReadOnlyList<ItemFailure> Failures { get; }

    /// <summary>Number of items.</summary>
    public int Items => Keys.Count;

    /// <summary>Number of contents that were encoded now.</summary>
    public int Encoded { get; }

    /// <summary>Number of items whose result was there from before, or from an item with the same content.</summary>
    public int Cached { get; }

    /// <summary>Number of contents encoded now whose result is cut off at the most tokens.</summary>
    public int Cut { get; }

    /// <summary>Key of each item's result, null for items without.</summary>
    internal IReadOnlyList<ContentKey?> Keys { get; }
}
