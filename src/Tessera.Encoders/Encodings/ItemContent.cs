namespace Tessera.Encoders.Encodings;

/// <summary>What an item has to be encoded, or why there is nothing.</summary>
/// <typeparam name="TContent">Type of the content: text or image.</typeparam>
public sealed class ItemContent<TContent>
    where TContent : class
{
    /// <summary>An item with its content.</summary>
    /// <param name="id">The item's external id.</param>
    /// <param name="content">The content.</param>
    /// <param name="bytes">Its bytes.</param>
    public ItemContent(string id, TContent content, ReadOnlyMemory<byte> bytes)
    {
        Id = id;
        Content = content;
        Bytes = bytes;
    }

    /// <summary>An item without.</summary>
    /// <param name="id">The item's external id.</param>
    /// <param name="problem">Why it has no content, as the end of a sentence.</param>
    public ItemContent(string id, string problem)
    {
        Id = id;
        Problem = problem;
    }

    /// <summary>The item's external id.</summary>
    public string Id { get; }

    /// <summary>The content, or null where there is a <see cref="Problem"/>.</summary>
    public TContent? Content { get; }

    /// <summary>The content's bytes: equal bytes are equal contents.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Why the item has no content, as the end of a sentence, or null where it has one.</summary>
    public string? Problem { get; }
}
