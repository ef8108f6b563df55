using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tessera.Data;

namespace Tessera.Serving.Stores;

internal sealed partial class ItemStore
{
    /// <summary>Puts an item, which replaces what was said of it. Its vectors stay, and so does its image unless the address of that differs.</summary>
    /// <param name="expected">Version that the item has, 0 where it must be new; null for any.</param>
    /// <exception cref="InvalidInputException">The id cannot be used.</exception>
    public Task<ItemChange> PutAsync(ItemDraft item, long? expected = null, CancellationToken cancel = default)
    {
        StoredId.RequireAddress("item", item.Id);
        return WriteAsync(async session => (await PutAsync(session, [item], expected))[0], cancel);
    }

    /// <summary>Puts items, all or none.</summary>
    /// <param name="items">Up to 1,000 of different ids.</param>
    /// <exception cref="InvalidInputException">An id cannot be used or is there twice, or there are too many.</exception>
    public Task<IReadOnlyList<ItemChange>> PutAsync(IReadOnlyList<ItemDraft> items, CancellationToken cancel = default)
    {
        RequireBatch([.. items.Select(item => item.Id)]);
        foreach (ItemDraft item in items) StoredId.RequireAddress("item", item.Id);
        return WriteAsync(session => PutAsync(session, items, null), cancel);
    }

    /// <summary>Changes an item by a JSON merge patch; see <see cref="ItemDocument.Patched"/>.</summary>
    /// <exception cref="InvalidInputException">The patch does not fit an item.</exception>
    public Task<ItemChange> PatchAsync(string id, JsonObject patch, long? expected = null, CancellationToken cancel = default) => WriteAsync(
        async session => (await FindAsync(session, [id])) is [var found]
            ? (await PutAsync(session, [ItemDocument.Patched(found.Content, patch)], expected))[0]
            : Missing,
        cancel);

    /// <summary>Deletes an item with its image and vectors; what users did with it stays.</summary>
    public Task<ItemChange> DeleteAsync(string id, long? expected = null, CancellationToken cancel = default) => WriteAsync(
        session => ChangeAsync(session, id, expected, async at =>
        {
            await session.ExecuteAsync(Delete, new { store.Number, Id = id });
            await LogAsync(session, LogKind.ItemDeleted, [id], at);
            return 0;
        }),
        cancel);

    /// <summary>Stores the image of an item.</summary>
    public Task<ItemChange> SetImageAsync(string id, ItemImage image, long? expected = null, CancellationToken cancel = default) => WriteAsync(
        session => ChangeAsync(session, id, expected, async at =>
        {
            await SetImageAsync(session, id, image);
            await session.ExecuteAsync(Touch, new { store.Number, Id = id, Version = at, At = at });
            await LogAsync(session, LogKind.Item, [id], at);
            return at;
        }),
        cancel);

    /// <summary>Stores vectors of items, but for those whose item is gone or differs. Those of other modalities stay, and so do the items' versions.</summary>
    /// <param name="changes">Up to 1,000 of different items.</param>
    /// <exception cref="InvalidInputException">An item is there twice, or there are too many.</exception>
    public Task<IReadOnlyList<ItemChange>> SetVectorsAsync(IReadOnlyList<VectorChange> changes, CancellationToken cancel = default)
    {
        RequireBatch([.. changes.Select(change => change.Item)]);
        return WriteAsync<IReadOnlyList<ItemChange>>(
            async session =>
            {
                Dictionary<string, StateRow> states = await StatesAsync(session, changes.Select(change => change.Item));
                VectorChange[] fitting =
                    [.. changes.Where(change => states.TryGetValue(change.Item, out StateRow? state) && Conflict(state, change.Version) is null)];
                long first = await session.TakePositionsAsync(fitting.Length);
                foreach ((int index, VectorChange change) in fitting.Index())
                    await SetVectorsAsync(session, change, states[change.Item].Version, first + index);
                await SupersedeAsync(session, fitting.Select(change => states[change.Item]));
                await LogAsync(session, LogKind.Item, fitting.Select(change => change.Item), first);
                return
                [
                    .. from change in changes
                       let state = states.GetValueOrDefault(change.Item)
                       select state is null ? Missing
                           : Conflict(state, change.Version) ?? new ItemChange(ItemOutcome.Changed, state.Version, first + Array.IndexOf(fitting, change)),
                ];
            },
            cancel);
    }

    private Task<int> SetImageAsync(Session session, string id, ItemImage image) => session.ExecuteAsync(SetImage, new
    {
        store.Number,
        Id = id,
        ContentType = StoredText.Cleaned(image.ContentType),
        Hash = Convert.ToHexStringLower(SHA256.HashData(image.Bytes)),
        image.Bytes,
    });

    private async Task SetVectorsAsync(Session session, VectorChange change, long version, long at)
    {
        foreach ((string modality, ItemVector? vector) in change.Vectors)
        {
            byte[]? bytes = vector is null ? null : MemoryMarshal.AsBytes<float>(vector.Values).ToArray();
            await session.ExecuteAsync(
                bytes is null ? RemoveVector : SetVector, new { store.Number, Id = change.Item, Modality = modality, Bytes = bytes, vector?.Source });
        }

        await session.ExecuteAsync(Touch, new { store.Number, Id = change.Item, Version = version, At = at });
    }

    private Task<T> WriteAsync<T>(Func<Session, Task<T>> write, CancellationToken cancel) => store.WriteAsync(Turn.Items, write, cancel);

    private async Task<IReadOnlyList<ItemChange>> PutAsync(Session session, IReadOnlyList<ItemDraft> items, long? expected)
    {
        Dictionary<string, StateRow> states = await StatesAsync(session, items.Select(item => item.Id));
        if (items is [var one] && Conflict(states.GetValueOrDefault(one.Id), expected) is { } conflict) return [conflict];
        long first = await session.TakePositionsAsync(items.Count);
        string rows = StoredJson.Write(items.Select((item, index) => new
        {
            item.Id,
            Title = item.Title is null ? null : StoredText.Cleaned(item.Title),
            Attributes = item.Attributes.ToJsonString(),
            Texts = StoredJson.Write(item.Texts),
            Image = AddressOf(item),
            item.Hidden,
            Search = Searched(string.Join(' ', [item.Id, item.Title ?? "", .. item.Texts.Values])),
            Position = first + index,
        }));
        string moved = StoredJson.Ids(from item in items where states.TryGetValue(item.Id, out StateRow? state) && state.Image != AddressOf(item) select item.Id);
        await session.ExecuteAsync(DropImages(session), new { store.Number, Ids = moved });
        await session.ExecuteAsync(Put(session), new { store.Number, Rows = rows, Added = StoredTime.From(store.Database.Time.GetUtcNow()) });
        await SupersedeAsync(session, states.Values);
        await LogAsync(session, LogKind.Item, items.Select(item => item.Id), first);
        return [.. items.Select((item, index) => new ItemChange(
            states.ContainsKey(item.Id) ? ItemOutcome.Changed : ItemOutcome.Created, first + index, first + index))];
    }

    /// <summary>Changes one item that is there.</summary>
    /// <param name="change">From the position of the change to the item's version after it.</param>
    private async Task<ItemChange> ChangeAsync(Session session, string id, long? expected, Func<long, Task<long>> change)
    {
        StateRow? state = (await StatesAsync(session, [id])).GetValueOrDefault(id);
        if (state is null) return Missing;
        if (Conflict(state, expected) is { } conflict) return conflict;
        long at = await session.TakePositionsAsync(1);
        await SupersedeAsync(session, [state]);
        return new ItemChange(ItemOutcome.Changed, await change(at), at);
    }

    private static string? AddressOf(ItemDraft item) => item.Image is null ? null : StoredText.Cleaned(item.Image);

    private static ItemChange Missing => new(ItemOutcome.Missing, 0, 0);

    private static void RequireBatch(string[] ids)
    {
        if (ids.Length > MaxBatch)
            throw new InvalidInputException($"There are {ids.Length:N0} items at a time; expected {MaxBatch:N0} at most, so send them in parts.");
        if (ids.Distinct().Count() < ids.Length)
            throw new InvalidInputException("An item is there twice at a time; expected each once, so leave out all but one.");
    }

    private static ItemChange? Conflict(StateRow? state, long? expected) =>
        expected is null || expected == (state?.Version ?? 0) ? null : new ItemChange(ItemOutcome.Conflict, state?.Version ?? 0, 0);

    private async Task<Dictionary<string, StateRow>> StatesAsync(Session session, IEnumerable<string> ids) =>
        (await session.ListAsync<StateRow>(States(session), new { store.Number, Ids = StoredJson.Ids(ids) })).ToDictionary(row => row.Id);

    /// <summary>Removes what the log said of items before, so that it stays as short as there are items.</summary>
    private Task<int> SupersedeAsync(Session session, IEnumerable<StateRow> states) => session.ExecuteAsync(
        Supersede(session), new { store.Number, Rows = StoredJson.Write(states.Select(state => new { state.Position })) });

    private Task<int> LogAsync(Session session, LogKind kind, IEnumerable<string> ids, long first) => session.ExecuteAsync(
        LogItems(session), new { store.Number, Kind = kind, Rows = StoredJson.Write(ids.Select((id, index) => new { Id = id, Position = first + index })) });
}
