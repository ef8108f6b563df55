namespace Tessera.Features.Encodings;

/// <summary>What an item has to be encoded, or why there is nothing.</summary>
/// <typeparam name="TContent">Type of the content: text or image.</typeparam>
public sealed class ItemContent<TContent>
    where TContent : class
{
    private ItemContent(string id, TContent? content, ReadOnlyMemory<byte> bytes, string? problem)
    {
        Id = id;
        Content = content;
        Bytes = bytes;
        Problem = problem;
    }

    /// <summary>The item's outside id.</summary>
    public string Id { get; }

    /// <summary>The content, or null where there is a <see cref="Problem"/>.</summary>
    public TContent? Content { get; }

    /// <summary>The content's bytes: equal bytes are equal contents.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Why the item has no content, as the end of a sentence, or null where it has one.</summary>
    public string? Problem { get; }

    /// <summary>An item with its content.</summary>
    public static ItemContent<TContent> Of(string id, TContent content, ReadOnlyMemory<byte> bytes) => new(id, content, bytes, null);

    /// <summary>An item without.</summary>
    public static ItemContent<TContent> Missing(string id, string problem) => new(id, null, default, problem);
}
