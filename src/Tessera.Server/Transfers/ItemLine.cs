using System.Collections.ObjectModel;
using Tessera.Serving;
using Tessera.Serving.Stores;

namespace Tessera.Server.Transfers;

/// <summary>An item as a line of an export, which an import takes again.</summary>
internal sealed record ItemLine
{
    /// <inheritdoc cref="CatalogItem.Id"/>
    public required string Id { get; init; }

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

    /// <summary>The line of an item.</summary>
    /// <param name="vectors">Its vectors, of which the line has those that nothing else gives.</param>
    public static ItemLine Of(CatalogItem item, IReadOnlyDictionary<string, ItemVector> vectors) => new()
    {
        Id = item.Id,
        Title = item.Title,
        Attributes = item.Attributes,
        Texts = item.Texts,
        Image = item.ImageAddress,
        Hidden = item.Hidden,
        Vectors = vectors.Where(vector => vector.Value.Source is null).ToDictionary(vector => vector.Key, vector => vector.Value.Values),
    };

    /// <summary>The item of the line.</summary>
    public CatalogItem ToItem() => new(Id) { Title = Title, Attributes = Attributes, Texts = Texts, ImageAddress = Image, Hidden = Hidden };
}
