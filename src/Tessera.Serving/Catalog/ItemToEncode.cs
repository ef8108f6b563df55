using System.Security.Cryptography;
using Tessera.Encoders.Encodings;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Catalog;

/// <summary>An item whose vectors are wanted.</summary>
/// <param name="Store">Where it is.</param>
/// <param name="Before">What there is of it; null for nothing.</param>
/// <param name="Draft">What it is to be.</param>
/// <param name="NewImage">The image that comes along, or null.</param>
/// <param name="Ready">Vectors that come along, or null.</param>
/// <param name="KeepsReady">Whether vectors stay that came along earlier.</param>
internal sealed record ItemToEncode(
    Store Store, StoredItem? Before, ItemDraft Draft, ItemImage? NewImage, IReadOnlyDictionary<string, float[]>? Ready, bool KeepsReady)
{
    private const string TitleField = "title";

    /// <summary>Its texts by field, of which its title is one.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; } = TextsOf(Draft);

    /// <summary>SHA-256 of the image that it will have; null for none.</summary>
    public string? ImageHash => NewImage is not null ? Convert.ToHexStringLower(SHA256.HashData(NewImage.Bytes))
        : Before is not null && Before.Content.Image == Draft.Image ? Before.ImageHash : null;

    /// <summary>Whether what a modality is made of stays as it was.</summary>
    public bool Keeps(ModalityOrigin origin)
    {
        if (Before is null) return false;
        if (origin.IsOfImages) return ImageHash == Before.ImageHash && (ImageHash is not null || Draft.Image == Before.Content.Image);
        IReadOnlyDictionary<string, string> before = TextsOf(Before.Content);
        return (origin.Fields ?? []).All(field => Texts.GetValueOrDefault(field) == before.GetValueOrDefault(field));
    }

    /// <summary>Whether what a vector that was encoded is of stays as it was.</summary>
    /// <param name="source">The vector's <see cref="ItemVector.Source"/>.</param>
    public bool Keeps(string source)
    {
        if (Before is null) return false;
        if (Before.ImageHash is { } image && VectorSource.ContentOf(source).SequenceEqual(image)) return ImageHash == image;
        IReadOnlyDictionary<string, string> before = TextsOf(Before.Content);
        return Texts.Count == before.Count && Texts.All(text => before.GetValueOrDefault(text.Key) == text.Value);
    }

    /// <summary>The image that it will have, which <see cref="ImageHash"/> says there is.</summary>
    public async Task<ReadOnlyMemory<byte>> ImageAsync(CancellationToken cancel) => NewImage?.Bytes ?? (await Store.Items.ImageAsync(Draft.Id, cancel))?.Bytes ?? [];

    private static IReadOnlyDictionary<string, string> TextsOf(ItemDraft item) => item.Title is null || item.Texts.ContainsKey(TitleField)
        ? item.Texts : new Dictionary<string, string>(item.Texts) { [TitleField] = item.Title };
}

/// <summary>All vectors of an item, and what of it could not be encoded.</summary>
/// <param name="Vectors">By modality.</param>
/// <param name="Notes">A sentence each.</param>
internal sealed record VectorsOfItem(IReadOnlyDictionary<string, ItemVector> Vectors, IReadOnlyList<string> Notes);
