using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>What an encoding or describing of items came to.</summary>
public sealed class EncodingResult
{
    internal EncodingResult(IReadOnlyList<ContentKey?> keys, IReadOnlyList<(string Id, string Reason)> failures, int encoded, int cached, int truncated)
    {
        Keys = keys;
        Contents = keys;
        Failures = failures;
        Encoded = encoded;
        Cached = cached;
        Truncated = truncated;
    }

    /// <summary>External ids of the items that have no result, in order, and why in one line.</summary>
    public IReadOnlyList<(string Id, string Reason)> Failures { get; }

    /// <summary>Number of items.</summary>
    public int Items => Keys.Count;

    /// <summary>Number of contents that were encoded now.</summary>
    public int Encoded { get; }

    /// <summary>Number of items whose result was there from before, or from an item with the same content.</summary>
    public int Cached { get; }

    /// <summary>Number of contents encoded now whose result is cut off at the most tokens.</summary>
    public int Truncated { get; }

    /// <summary>What else the caller should know, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; internal set; } = [];

    /// <summary>What the server was asked; null where there is none.</summary>
    internal EndpointCost? Cost { get; set; }

    /// <summary>Key of each item's content, null for items without a result.</summary>
    internal IReadOnlyList<ContentKey?> Keys { get; }

    /// <summary>Key of each item's content, whatever came of it; null for items without content.</summary>
    internal IReadOnlyList<ContentKey?> Contents { get; init; }
}
