namespace Tessera.Serving;

/// <summary>An item of the catalog.</summary>
/// <param name="Item">What the shop says of it.</param>
/// <param name="Version">Differs whenever that or the image does; a higher one is later.</param>
/// <param name="Added">When it was put first.</param>
/// <param name="ImageType">Media type of the image that is stored, such as <c>image/jpeg</c>; null where none is.</param>
/// <param name="Modalities">Of which modalities it has vectors, by which models that did not learn of it know it.</param>
public sealed record CatalogEntry(CatalogItem Item, long Version, DateTimeOffset Added, string? ImageType, IReadOnlyList<string> Modalities);
