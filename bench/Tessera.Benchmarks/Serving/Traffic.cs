using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Tessera.Compute.Random;

namespace Tessera.Benchmarks.Serving;

/// <summary>
/// What a shop asks and says: 90 % recommendations, 8 % events, each of which changes what the user is recommended, 1 % changes of items' attributes and 1 %
/// new items with ready vectors.
/// </summary>
internal sealed class Traffic(int users, int items, (string Name, int Dimensions)[] modalities)
{
    private const int Count = 12;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly Lock _gate = new();
    private readonly Rng _rng = new(11);
    private readonly string[] _vectors = [.. Enumerable.Range(0, 16).Select(n => Vectors(modalities, new Rng((ulong)n)))];
    private readonly string _session = Guid.NewGuid().ToString("N")[..8]; // events of an earlier measurement have other ids
    private long _events, _items;

    /// <summary>One request of the mix.</summary>
    public HttpRequestMessage Mixed() => Next(100) switch
    {
        < 90 => Recommend(),
        < 98 => Event(),
        98 => Send(HttpMethod.Patch, $"/v1/items/{Next(items)}", $$$"""{"attributes":{"price":{{{Next(100)}}},"brand":"brand {{{Next(200)}}}"}}"""),
        _ => Put($"new-{_session}-{Interlocked.Increment(ref _items)}", Next(100)),
    };

    /// <summary>Recommendations for one of many users.</summary>
    public HttpRequestMessage Recommend() => Recommend($"{Next(users)}");

    /// <summary>Recommendations for a user.</summary>
    /// <param name="price">The price that the items must have; null for any.</param>
    public static HttpRequestMessage Recommend(string user, int? price = null) => Send(
        HttpMethod.Post, "/v1/recommendations",
        price is null ? $$"""{"user":"{{user}}","count":{{Count}}}""" : $$$"""{"user":"{{{user}}}","count":{{{Count}}},"filter":{"all":[{"attr":"price","eq":{{{price}}}}]}}""");

    /// <summary>An item of some user that the user likes.</summary>
    public HttpRequestMessage Event(string? user = null) => Send(
        HttpMethod.Post, "/v1/events",
        $$"""[{"id":"{{_session}}-{{Interlocked.Increment(ref _events)}}","user":"{{user ?? $"{Next(users)}"}}","item":"{{Next(items)}}","type":"like","time":"{{DateTimeOffset.UtcNow:O}}"}]""");

    /// <summary>A new item, or a changed one, with ready vectors.</summary>
    public HttpRequestMessage Put(string id, int price) => Send(
        HttpMethod.Put, $"/v1/items/{id}", $$$"""{"title":"{{{id}}}","attributes":{"price":{{{price}}}},"vectors":{{{_vectors[Next(_vectors.Length)]}}}}""");

    /// <summary>A question that costs nothing but the way there and back.</summary>
    public static HttpRequestMessage Alive() => new(HttpMethod.Get, "/alive");

    /// <summary>Has a generation serve.</summary>
    public static HttpRequestMessage Crown(string generation) => Send(HttpMethod.Put, "/v1/aliases/champion", $$"""{"model":"{{generation}}"}""");

    /// <summary>A request with a body.</summary>
    public static HttpRequestMessage Send(HttpMethod method, string address, string json)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = Json;
        return new HttpRequestMessage(method, address) { Content = content };
    }

    private static string Vectors((string Name, int Dimensions)[] modalities, Rng rng) => $"{{{string.Join(',', modalities.Select(modality =>
        $"\"{modality.Name}\":[{string.Join(',', Enumerable.Range(0, modality.Dimensions).Select(_ => rng.NextGaussian().ToString("F4", CultureInfo.InvariantCulture)))}]"))}}}";

    private int Next(int below)
    {
        lock (_gate) return _rng.Next(below);
    }
}
