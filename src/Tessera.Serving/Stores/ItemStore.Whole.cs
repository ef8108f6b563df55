using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tessera.Data;

namespace Tessera.Serving.Stores;

internal sealed partial class ItemStore
{
    private const string RemoveVectors = "DELETE FROM item_vectors WHERE namespace = @Number AND item_id = @Id";

    /// <summary>Puts an item, its image and its vectors in one transaction, and so as one entry of the log.</summary>
    /// <param name="image">Its image; null leaves the one there is, unless the address differs.</param>
    /// <param name="vectors">All its vectors, by modality.</param>
    /// <param name="expected">Version that the item has, 0 where it must be new; null for any.</param>
    /// <exception cref="InvalidInputException">The id cannot be used.</exception>
    public Task<ItemChange> PutAsync(
        ItemDraft item, ItemImage? image, IReadOnlyDictionary<string, ItemVector> vectors, long? expected, CancellationToken cancel = default)
    {
        StoredId.Require("item", item.Id);
        return WriteAsync(
            async session =>
            {
                ItemChange change = (await PutAsync(session, [item], expected))[0];
                if (change.Outcome == ItemOutcome.Conflict) return change;
                if (image is not null)
                {
                    string hash = Convert.ToHexStringLower(SHA256.HashData(image.Bytes));
                    await session.ExecuteAsync(SetImage, new { store.Number, item.Id, ContentType = StoredText.Cleaned(image.ContentType), Hash = hash, image.Bytes });
                }

                await session.ExecuteAsync(RemoveVectors, new { store.Number, item.Id });
                foreach ((string modality, ItemVector vector) in vectors)
                    await session.ExecuteAsync(
                        SetVector, new { store.Number, item.Id, Modality = modality, Bytes = MemoryMarshal.AsBytes<float>(vector.Values).ToArray(), vector.Source });
                return change;
            },
            cancel);
    }
}
