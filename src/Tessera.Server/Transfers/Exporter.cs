using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;

namespace Tessera.Server.Transfers;

/// <summary>Writes all that is stored of a kind, a JSON object a line, a page in memory at a time.</summary>
internal sealed class Exporter(StoreSource source, IItemCatalog catalog)
{
    /// <summary>What can be exported beside items and events.</summary>
    public const string Users = "users";

    private const int Page = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();

    /// <summary>Writes the items as <see cref="ItemLine"/>s, with the vectors that came ready.</summary>
    public async Task WriteItemsAsync(HttpResponse response, CancellationToken cancel)
    {
        Store store = await source.OpenAsync();
        string? after = null;
        while (await catalog.PageAsync(after, Page, query: null, cancel) is { Count: > 0 } page)
        {
            Dictionary<string, Dictionary<string, ItemVector>> vectors = await store.Items.VectorsAsync(page.Select(entry => entry.Item.Id), cancel);
            await WriteAsync(response, page.Select(entry => ItemLine.Of(entry.Item, vectors.GetValueOrDefault(entry.Item.Id) ?? [])), cancel);
            after = page[^1].Item.Id;
        }
    }

    /// <summary>Writes the events as <see cref="UserEvent"/>s, in the order in which they were stored; those of merged users are the user's into whom they were.</summary>
    public async Task WriteEventsAsync(HttpResponse response, CancellationToken cancel)
    {
        await foreach (IReadOnlyList<LogEntry> entries in LogEnd.ReadAllAsync(await source.OpenAsync(), Page, Patience, cancel))
            await WriteAsync(response, entries.OfType<LogEntry.EventAdded>().Select(entry => entry.Event), cancel);
    }

    /// <summary>Writes the users of whom there are events, in the order of their ids.</summary>
    public async Task WriteUsersAsync(HttpResponse response, CancellationToken cancel)
    {
        Store store = await source.OpenAsync();
        string after = "";
        while (await store.Users.PageAsync(after, Page, cancel) is { Count: > 0 } page)
        {
            await WriteAsync(response, page, cancel);
            after = page[^1].Id;
        }
    }

    private static async Task WriteAsync<T>(HttpResponse response, IEnumerable<T> lines, CancellationToken cancel)
    {
        foreach (T line in lines)
        {
            await response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, ServerJson.Lines), cancel);
            await response.BodyWriter.WriteAsync(EndOfLine, cancel);
        }
    }
}
