namespace Tessera.Serving;

/// <summary>An item of the catalog as it is shown over HTTP.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version, which is its entity tag as well.</param>
/// <param name="Added">When it was put first.</param>
/// <param name="Title">What people call it, or null.</param>
/// <param name="Attributes">What rules ask for.</param>
/// <param name="Texts">Its texts by field.</param>
/// <param name="Image">Where people see its image, or null.</param>
/// <param name="ImageType">Media type of the image that is stored, such as <c>image/jpeg</c>; null where none is.</param>
/// <param name="Hidden">Whether it is left out of what is recommended.</param>
/// <param name="Modalities">Of which modalities it has vectors since it was put.</param>
/// <param name="Learned">Whether the model learned it in training; one that it did not is known by its modalities alone. Null while no model is served.</param>
public sealed record ItemView(
    string Id, long Version, DateTimeOffset Added, string? Title, IReadOnlyDictionary<string, AttributeValue> Attributes, IReadOnlyDictionary<string, string> Texts,
    string? Image, string? ImageType, bool Hidden, IReadOnlyList<string> Modalities, bool? Learned);

/// <summary>Items in the order of their ids.</summary>
/// <param name="Items">The items.</param>
/// <param name="Next">The id after which the next page begins; null where nothing is left.</param>
public sealed record ItemPage(IReadOnlyList<ItemView> Items, string? Next);
