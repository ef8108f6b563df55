using System.Runtime.InteropServices;
using Tessera.Data;

namespace Tessera.Serving.Stores;

internal sealed partial class ItemStore
{
    private const string RemoveVectors = "DELETE FROM item_vectors WHERE namespace = @Number AND item_id = @Id";

    /// <summary>Adds items with their images, in one transaction; those that are there already stay as they are.</summary>
    /// <param name="items">Up to 1,000 of different ids.</param>
    /// <exception cref="InvalidInputException">An id cannot be used or is there twice, or there are too many.</exception>
    public Task AddAsync(IReadOnlyList<(ItemDraft Item, ItemImage? Image)> items, CancellationToken cancel = default)
    {
        string[] ids = [.. items.Select(one => one.Item.Id)];
        RequireBatch(ids);
        foreach (string id in ids) StoredId.RequireAddress("item", id);
        return WriteAsync(
            async session =>
            {
                Dictionary<string, StateRow> known = await StatesAsync(session, ids);
                (ItemDraft Item, ItemImage? Image)[] missing = [.. items.Where(one => !known.ContainsKey(one.Item.Id))];
                if (missing.Length == 0) return 0;
                await PutAsync(session, [.. missing.Select(one => one.Item)], expected: null);
                foreach ((ItemDraft item, ItemImage? image) in missing)
                    if (image is not null) await SetImageAsync(session, item.Id, image);
                return missing.Length;
            },
            cancel);
    }

    /// <summary>Puts an item, its image and its vectors in one transaction, and so as one entry of the log.</summary>
    /// <param name="image">Its image; null leaves the one there is, unless the address differs.</param>
    /// <param name="vectors">All its vectors, by modality.</param>
    /// <param name="expected">Version that the item has, 0 where it must be new; null for any.</param>
    /// <exception cref="InvalidInputException">The id cannot be used.</exception>
    public Task<ItemChange> PutAsync(
        ItemDraft item, ItemImage? image, IReadOnlyDictionary<string, ItemVector> vectors, long? expected, CancellationToken cancel = default)
    {
        StoredId.RequireAddress("item", item.Id);
        return WriteAsync(
            async session =>
            {
                ItemChange change = (await PutAsync(session, [item], expected))[0];
                if (change.Outcome == ItemOutcome.Conflict) return change;
                if (image is not null) await SetImageAsync(session, item.Id, image);
                await session.ExecuteAsync(RemoveVectors, new { store.Number, item.Id });
                foreach ((string modality, ItemVector vector) in vectors)
                    await session.ExecuteAsync(
                        SetVector, new { store.Number, item.Id, Modality = modality, Bytes = MemoryMarshal.AsBytes<float>(vector.Values).ToArray(), vector.Source });
                return change;
            },
            cancel);
    }
}
