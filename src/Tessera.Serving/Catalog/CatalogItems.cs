using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Catalog;

/// <summary>Items as hosts have them, and as they are stored.</summary>
internal static class CatalogItems
{
    /// <summary>As it is stored.</summary>
    public static ItemDraft Draft(CatalogItem item) => new(item.Id)
    {
        Title = item.Title,
        Attributes = AttributeJson.Write(item.Attributes),
        Texts = item.Texts,
        Image = item.ImageAddress,
        Hidden = item.Hidden,
    };

    /// <summary>As hosts have it.</summary>
    /// <exception cref="InvalidInputException">An attribute is none.</exception>
    public static CatalogEntry Entry(StoredItem item, IReadOnlyDictionary<string, ItemVector> vectors) => new(
        new CatalogItem(item.Content.Id)
        {
            Title = item.Content.Title,
            Attributes = AttributeJson.Read(item.Content.Attributes),
            Texts = item.Content.Texts,
            ImageAddress = item.Content.Image,
            Hidden = item.Content.Hidden,
        },
        item.Version, item.Added, item.ImageType, Modalities(vectors));

    /// <summary>The modalities of which an item has features.</summary>
    public static IReadOnlyList<string> Modalities(IReadOnlyDictionary<string, ItemVector> vectors) =>
        [.. vectors.Where(vector => vector.Value.IsEncoded).Select(vector => vector.Key).Order(StringComparer.Ordinal)];
}
