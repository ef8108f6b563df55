using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Data;
using Tessera.Encoders.Images;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;
using Tessera.Serving.Telemetry;

namespace Tessera.Serving.Catalog;

/// <summary>The shop's items in the store, with what the served model's encoders make of them.</summary>
internal sealed class ItemCatalog(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServedGenerations served, [FromKeyedServices] ItemVectors vectors,
    [FromKeyedServices] ItemPreviewer previewer, [FromKeyedServices] LogProgress progress, [FromKeyedServices] ServiceMetrics metrics) : IItemCatalog
{
    private const int MaxTries = 10, MaxPage = 1000;
    private const long AnyVersion = -1;
    private readonly Turns _turns = new(count: 64); // so that changes of an item in this process do not make each other try again

    /// <inheritdoc/>
    public Task<ItemReceipt> PutAsync(CatalogItem item, ItemContent? content = null, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        ItemDraft draft = CatalogItems.Draft(item);
        content ??= new ItemContent();
        ItemImage? image = content.Image is { } bytes ? Image(bytes, Named(item.Id)) : null;
        return ChangeAsync(item.Id, expectedVersion, _ => draft, image, content.Vectors, keepsReady: false, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ItemReceipt> PatchAsync(string id, JsonObject patch, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        if (patch["attributes"] is JsonObject attributes) AttributeJson.Read(attributes);
        return ChangeAsync(
            id, expectedVersion, before => before is null ? null : ItemDocument.Patched(before.Content, patch), image: null, ready: null, keepsReady: true, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ItemReceipt> PutImageAsync(string id, ReadOnlyMemory<byte> image, long? expectedVersion = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, expectedVersion, before => before?.Content, Image(image, Named(id)), ready: null, keepsReady: true, cancellationToken);

    /// <inheritdoc/>
    public Task<ItemReceipt> DeleteAsync(string id, long? expectedVersion = null, CancellationToken cancellationToken = default) => metrics.MeasureAsync("delete item", async () =>
    {
        ItemChange change = await (await source.OpenAsync()).Items.DeleteAsync(id, expectedVersion == AnyVersion ? null : expectedVersion, cancellationToken);
        return await SeenAsync(change, cancellationToken);
    });

    /// <inheritdoc/>
    public Task<ItemPreview> PreviewAsync(PreviewRequest request, CancellationToken cancellationToken = default) => metrics.MeasureAsync("preview item", () =>
    {
        ArgumentNullException.ThrowIfNull(request);
        return previewer.PreviewAsync(request, request.Image is { } bytes ? Image(bytes, "The image") : null, cancellationToken);
    });

    /// <inheritdoc/>
    public async Task<CatalogEntry?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        Store store = await source.OpenAsync();
        return await store.Items.FindAsync(id, cancellationToken) is { } item ? (await EntriesAsync(store, [item], cancellationToken))[0] : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CatalogEntry>> PageAsync(string? after, int limit, string? query = null, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > MaxPage) throw new InvalidInputException($"'limit' is {limit}; expected a whole number from 1 to {MaxPage:N0}.");
        Store store = await source.OpenAsync();
        return await EntriesAsync(store, await store.Items.PageAsync(after, limit, query, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<(ReadOnlyMemory<byte> Bytes, string MediaType)?> FindImageAsync(string id, CancellationToken cancellationToken = default) =>
        await (await source.OpenAsync()).Items.ImageAsync(id, cancellationToken) is { } image ? (image.Bytes, image.ContentType) : null;

    /// <summary>Encodes what an item is to be and stores all of it, once more where it has changed meanwhile.</summary>
    /// <param name="change">From what there is to what is to be; null where there must be something.</param>
    /// <param name="ready">Vectors that come along, or null.</param>
    /// <param name="keepsReady">Whether vectors stay that came along earlier.</param>
    private Task<ItemReceipt> ChangeAsync(
        string id, long? expected, Func<StoredItem?, ItemDraft?> change, ItemImage? image, IReadOnlyDictionary<string, float[]>? ready, bool keepsReady,
        CancellationToken cancel) => metrics.MeasureAsync("put item", async () =>
    {
        StoredId.RequireAddress("item", id);
        Store store = await source.OpenAsync();
        using IDisposable turn = await _turns.EnterAsync(id, cancel);
        for (int tries = 1; ; tries++)
        {
            StoredItem? before = await store.Items.FindAsync(id, cancel);
            long version = before?.Version ?? 0;
            if (expected is { } wanted && (wanted == AnyVersion ? before is null : wanted != version))
                return new ItemReceipt(before is null ? ItemOutcome.Missing : ItemOutcome.Conflict, version, 0);
            if (change(before) is not { } draft) return new ItemReceipt(ItemOutcome.Missing, 0, 0);
            ItemLimits.Require(draft, ready);
            if (served.Current is { } arms) ItemLimits.RequireRoom(draft, arms.Champion.Attributes.Columns);
            VectorsOfItem made = await vectors.MakeAsync(new ItemToEncode(store, before, draft, image, ready, keepsReady), cancel);
            ItemChange done = await store.Items.PutAsync(draft, image, made.Vectors, version, cancel);
            if (done.Outcome == ItemOutcome.Conflict && expected is null or AnyVersion && tries < MaxTries) continue;
            ItemReceipt receipt = await SeenAsync(done, cancel);
            return receipt with { Modalities = CatalogItems.Modalities(made.Vectors), Notes = [.. made.Notes, .. Unknown(id, receipt)] };
        }
    });

    /// <summary>Says so where the model has no such item.</summary>
    private IEnumerable<string> Unknown(string id, ItemReceipt receipt)
    {
        if (receipt.Position == 0 || served.Current is null || progress.Position < receipt.Position) yield break;
        using GenerationLease lease = served.Lease(user: null);
        if (lease.Generation.Live.Current.TryFindItem(id) is null)
            yield return "The item is in the catalog, but the model does not know what it is like, so it is not recommended; "
                + "give it what the model was trained with, texts or an image, or ready vectors.";
    }

    private async Task<ItemReceipt> SeenAsync(ItemChange change, CancellationToken cancel)
    {
        await progress.WaitAsync(change.Position, LogProgress.Patience, cancel);
        return new ItemReceipt(change.Outcome, change.Version, change.Position);
    }

    private static async Task<CatalogEntry[]> EntriesAsync(Store store, IReadOnlyList<StoredItem> items, CancellationToken cancel)
    {
        Dictionary<string, Dictionary<string, ItemVector>> known = await store.Items.VectorsAsync(items.Select(item => item.Content.Id), cancel);
        return [.. items.Select(item => CatalogItems.Entry(item, known.GetValueOrDefault(item.Content.Id) ?? []))];
    }

    private static string Named(string id) => $"The image of item '{id}'";

    private static ItemImage Image(ReadOnlyMemory<byte> bytes, string name)
    {
        if (bytes.Length is 0 or > ItemImage.MaxBytes)
            throw new InvalidInputException($"{name} has {bytes.Length:N0} bytes; expected a file of 1 to {ItemImage.MaxBytes:N0}.");
        return ImageFile.MediaTypeOf(bytes.Span) is { } type ? new ItemImage(bytes.ToArray(), type)
            : throw new InvalidInputException($"{name} is none, or its header is damaged; expected a file in {ImageFile.Formats}.");
    }
}
