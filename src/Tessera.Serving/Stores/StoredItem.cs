namespace Tessera.Serving.Stores;

/// <summary>An item as it is stored.</summary>
/// <param name="Content">What the shop says of it.</param>
/// <param name="Version">Differs whenever the content or the image does; a higher one is later.</param>
/// <param name="Added">When it was put first.</param>
/// <param name="ImageType">Content type of the image that is stored, such as <c>image/jpeg</c>; null where none is.</param>
/// <param name="ImageHash">SHA-256 of that image, 64 hexadecimal digits.</param>
internal sealed record StoredItem(ItemDraft Content, long Version, DateTimeOffset Added, string? ImageType, string? ImageHash);
