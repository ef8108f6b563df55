using System.Text.Json.Nodes;
using Tessera.Data;

namespace Tessera.Serving;

/// <summary>
/// The shop's items. What a call changes holds for recommendations of the same process when it returns. Changes may name the version that they expect, 0 for no
/// item and -1 for whichever version there is of one; where that is not so, nothing changes.
/// </summary>
public interface IItemCatalog
{
    /// <summary>
    /// Puts an item in place of what was said of it: what the model knows items by is encoded of texts and image, unless it comes ready, and it is recommended
    /// from now on. The image stays unless another comes or its address differs.
    /// </summary>
    /// <exception cref="InvalidInputException">The id cannot be used, the image is none, or a vector is not as the model has them; then nothing changes.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    Task<ItemReceipt> PutAsync(CatalogItem item, ItemContent? content = null, long? expectedVersion = null, CancellationToken cancellationToken = default);

    /// <summary>Changes an item by a JSON merge patch (RFC 7396).</summary>
    /// <param name="patch">Any of <c>title</c>, <c>attributes</c>, <c>texts</c>, <c>image</c> (the address) and <c>hidden</c>; null removes.</param>
    /// <exception cref="InvalidInputException">The patch does not fit an item.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    Task<ItemReceipt> PatchAsync(string id, JsonObject patch, long? expectedVersion = null, CancellationToken cancellationToken = default);

    /// <summary>Gives an item another image.</summary>
    /// <param name="image">The whole file: PNG, JPEG, WebP, GIF or BMP, up to 64 MiB.</param>
    /// <exception cref="InvalidInputException">It is no such image.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    Task<ItemReceipt> PutImageAsync(string id, ReadOnlyMemory<byte> image, long? expectedVersion = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes an item with its image and vectors; what users did with it stays in the log.</summary>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    Task<ItemReceipt> DeleteAsync(string id, long? expectedVersion = null, CancellationToken cancellationToken = default);

    /// <summary>What an item would be like: its vectors, its neighbors among the items that are recommended, and whom it would suit. Nothing is stored.</summary>
    /// <exception cref="InvalidInputException">The image is none, or the count is out of range.</exception>
    /// <exception cref="NoModelException">No model is served.</exception>
    Task<ItemPreview> PreviewAsync(PreviewRequest request, CancellationToken cancellationToken = default);

    /// <summary>An item; null where there is none.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    Task<CatalogEntry?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Items in the order of their ids.</summary>
    /// <param name="after">The id after which to begin; null for the first.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="query">Words, all of which stand in id, title or texts; null for all items.</param>
    /// <exception cref="InvalidInputException">The limit is out of range.</exception>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    Task<IReadOnlyList<CatalogEntry>> PageAsync(string? after, int limit, string? query = null, CancellationToken cancellationToken = default);

    /// <summary>The image of an item, the file and its media type; null where none is stored.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    Task<(ReadOnlyMemory<byte> Bytes, string MediaType)?> FindImageAsync(string id, CancellationToken cancellationToken = default);
}
