namespace Tessera.Encoders.Encodings;

/// <summary>What an item has to be encoded, or why there is nothing.</summary>
/// <typeparam name="TContent">Type of the content: text or image.</typeparam>
/// <param name="Id">The item's external id.</param>
/// <param name="Content">The content, or null where there is a problem.</param>
/// <param name="Bytes">The content's bytes: equal bytes are equal contents.</param>
/// <param name="Problem">Why the item has no content, as the end of a sentence, or null where it has one.</param>
internal sealed record ItemContent<TContent>(string Id, TContent? Content, ReadOnlyMemory<byte> Bytes, string? Problem = null)
    where TContent : class
{
    /// <summary>Whether the item does not even name a content.</summary>
    public bool IsAbsent { get; private init; }

    /// <summary>An item whose content cannot be used.</summary>
    public static ItemContent<TContent> Missing(string id, string problem) => new(id, null, default, problem);

    /// <summary>An item that names no content.</summary>
    public static ItemContent<TContent> Absent(string id, string problem) => new(id, null, default, problem) { IsAbsent = true };
}
