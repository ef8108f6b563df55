using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Tessera.Serving;

namespace Tessera.Client;

public sealed partial class TesseraClient
{
    /// <summary>Puts an item, which is recommended from now on.</summary>
    /// <param name="version">The version that is to be replaced, 0 for none; null for whichever there is.</param>
    public Task<ItemReceipt> PutItemAsync(string item, ItemBody body, long? version = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<ItemReceipt>(HttpMethod.Put, $"v1/items/{Id(item)}", body, cancellationToken, Expected(version));

    /// <summary>Changes an item by a JSON merge patch (RFC 7396).</summary>
    /// <param name="patch">Any of <c>title</c>, <c>attributes</c>, <c>texts</c>, <c>image</c> and <c>hidden</c>; null removes.</param>
    /// <param name="version">The version that is to be changed; null for whichever there is.</param>
    public Task<ItemReceipt> PatchItemAsync(string item, JsonObject patch, long? version = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<ItemReceipt>(HttpMethod.Patch, $"v1/items/{Id(item)}", patch, cancellationToken, Expected(version));

    /// <summary>Gives an item another image.</summary>
    /// <param name="image">The whole file: PNG, JPEG, WebP, GIF or BMP; read to its end and disposed of.</param>
    /// <param name="mediaType">What it is, such as <c>image/jpeg</c>.</param>
    /// <param name="version">The version that is to be changed; null for whichever there is.</param>
    public async Task<ItemReceipt> PutItemImageAsync(string item, Stream image, string mediaType, long? version = null, CancellationToken cancellationToken = default)
    {
        var content = new StreamContent(image) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        using HttpResponseMessage response = await _exchange.SendAsync(HttpMethod.Put, $"v1/items/{Id(item)}/image", content, cancellationToken, Expected(version)).ConfigureAwait(false);
        return await Exchange.ReadAsync<ItemReceipt>(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an item would be like, its neighbors and likely buyers; nothing is stored.</summary>
    /// <param name="image">The whole file, read to its end and disposed of; null for none.</param>
    /// <param name="mediaType">What the image is, such as <c>image/jpeg</c>; null for none.</param>
    /// <param name="title">What people would call it, or null.</param>
    /// <param name="text">What would be said of it, or null.</param>
    /// <param name="count">How many items and users, 1 to <see cref="RecommendationRequest.MaxCount"/>.</param>
    public async Task<ItemPreview> PreviewItemAsync(
        Stream? image, string? mediaType = null, string? title = null, string? text = null, int count = 10, CancellationToken cancellationToken = default)
    {
        var form = new MultipartFormDataContent();
        if (image is not null)
            form.Add(new StreamContent(image) { Headers = { ContentType = mediaType is null ? null : new MediaTypeHeaderValue(mediaType) } }, "image", "image");
        if (title is not null) form.Add(new StringContent(title), "title");
        if (text is not null) form.Add(new StringContent(text), "text");
        using HttpResponseMessage response = await _exchange.SendAsync(HttpMethod.Post, $"v1/items/preview?count={Text(count)}", form.Any() ? form : null, cancellationToken).ConfigureAwait(false);
        return await Exchange.ReadAsync<ItemPreview>(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes an item.</summary>
    /// <param name="version">The version that is to be deleted; null for whichever there is.</param>
    public Task DeleteItemAsync(string item, long? version = null, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync(HttpMethod.Delete, $"v1/items/{Id(item)}", null, cancellationToken, Expected(version));

    /// <summary>An item; null where there is none.</summary>
    public Task<ItemView?> FindItemAsync(string item, CancellationToken cancellationToken = default) => _exchange.FindAsync<ItemView>($"v1/items/{Id(item)}", cancellationToken);

    /// <summary>The image of an item, which is the caller's to dispose of.</summary>
    public async Task<Stream> OpenItemImageAsync(string item, CancellationToken cancellationToken = default)
    {
        HttpResponseMessage response = await _exchange.SendAsync(HttpMethod.Get, $"v1/items/{Id(item)}/image", (HttpContent?)null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All items in the order of their ids, or those with some words in them, fetched page by page as they are read.</summary>
    /// <param name="query">Words, all of which stand in id, title or texts; null for all items.</param>
    public async IAsyncEnumerable<ItemView> ListItemsAsync(string? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        do
        {
            string words = query is null ? "" : $"&q={Id(query)}", from = after is null ? "" : $"&after={Id(after)}";
            ItemPage page = await _exchange.SendAsync<ItemPage>(HttpMethod.Get, $"v1/items?limit=1000{words}{from}", null, cancellationToken).ConfigureAwait(false);
            foreach (ItemView item in page.Items) yield return item;
            after = page.Next;
        }
        while (after is not null);
    }

    private static (string, string?) Expected(long? version) => version == 0 ? ("If-None-Match", "*") : ("If-Match", version is null ? null : $"\"{version}\"");
}
