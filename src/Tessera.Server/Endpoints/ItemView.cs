using Tessera.Serving;
using Tessera.Serving.Generations;

namespace Tessera.Server.Endpoints;

/// <summary>An item of the catalog as it is shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version, which is its entity tag as well.</param>
/// <param name="Added">When it was put first.</param>
/// <param name="Title">What people call it, or null.</param>
/// <param name="Attributes">What rules ask for.</param>
/// <param name="Texts">Its texts by field.</param>
/// <param name="Image">Where people see its image, or null.</param>
/// <param name="ImageType">Media type of the image that is stored and served below it; null where none is.</param>
/// <param name="Hidden">Whether it is left out of what is recommended.</param>
/// <param name="Modalities">Of which modalities it has vectors since it was put.</param>
/// <param name="Learned">Whether the model learned it in training; one that it did not is known by its modalities alone. Null while no model is served.</param>
internal sealed record ItemView(
    string Id, long Version, DateTimeOffset Added, string? Title, IReadOnlyDictionary<string, AttributeValue> Attributes, IReadOnlyDictionary<string, string> Texts,
    string? Image, string? ImageType, bool Hidden, IReadOnlyList<string> Modalities,
    bool? Learned)
{
    /// <summary>The view of an entry.</summary>
    public static ItemView Of(CatalogEntry entry, ServedGenerations served) => new(
        entry.Item.Id, entry.Version, entry.Added, entry.Item.Title, entry.Item.Attributes, entry.Item.Texts, entry.Item.ImageAddress, entry.ImageType, entry.Item.Hidden,
        entry.Modalities, served.HasLearned(entry.Item.Id));
}

/// <summary>Items in the order of their ids.</summary>
/// <param name="Items">The items.</param>
/// <param name="Next">What <c>after</c> is for the next page; null where nothing is left.</param>
internal sealed record ItemPage(IReadOnlyList<ItemView> Items, string? Next);
