using System.Collections.ObjectModel;
using Tessera.Serving;

namespace Tessera.Server.Endpoints;

/// <summary>What a shop says of an item when it puts it.</summary>
internal sealed record ItemBody
{
    /// <inheritdoc cref="CatalogItem.Title"/>
    public string? Title { get; init; }

    /// <inheritdoc cref="CatalogItem.Attributes"/>
    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; } = ReadOnlyDictionary<string, AttributeValue>.Empty;

    /// <inheritdoc cref="CatalogItem.Texts"/>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <inheritdoc cref="CatalogItem.ImageAddress"/>
    public string? Image { get; init; }

    /// <inheritdoc cref="CatalogItem.Hidden"/>
    public bool Hidden { get; init; }

    /// <inheritdoc cref="ItemContent.Vectors"/>
    public IReadOnlyDictionary<string, float[]> Vectors { get; init; } = ReadOnlyDictionary<string, float[]>.Empty;

    /// <summary>The item with an id.</summary>
    public CatalogItem ToItem(string id) => new(id) { Title = Title, Attributes = Attributes, Texts = Texts, ImageAddress = Image, Hidden = Hidden };
}
