using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tessera.Cli.Serving;
using Tessera.Models.Tests.Live;

namespace Tessera.Server.Tests;

/// <summary>The server as the command starts it, over a small run, on a free port.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly LiveRuns _runs = new();
    private ServeHost? _host;
    private HttpClient? _client;

    /// <summary>A client with a key that allows all.</summary>
    public HttpClient Client => _client!;

    internal ServeHost Host => _host!;

    /// <summary>A folder of the small run, of one's own.</summary>
    public string CopyOfRun() => _runs.Copy("lirdrec");

    public async ValueTask InitializeAsync()
    {
        string run = CopyOfRun();
        _host = await StartAsync(run, $"sqlite:{Path.Combine(run, "store.db")}");
        _client = ClientWith((await _host.MakeKeyAsync(always: true, CancellationToken.None))!);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        _runs.Dispose();
    }

    internal static Task<ServeHost> StartAsync(string run, string store) =>
        ServeHost.StartAsync(new ServeSettings(run, "http://127.0.0.1:0", store), NullLogger.Instance, CancellationToken.None);

    /// <summary>A client with a key, or none.</summary>
    public HttpClient ClientWith(string? key, string? at = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(at ?? Host.Address) };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A client with a new key of some scopes.</summary>
    public async Task<HttpClient> ClientAllowedAsync(params string[] scopes)
    {
        JsonNode key = await SendAsync(HttpMethod.Post, "/v1/keys", new JsonObject { ["name"] = "test", ["scopes"] = new JsonArray([.. scopes.Select(scope => (JsonNode)scope)]) }.ToJsonString());
        return ClientWith((string)key["secret"]!);
    }

    /// <summary>Sends JSON, and expects success.</summary>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using HttpResponseMessage response = await TrySendAsync(method, path, json);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    /// <summary>Sends JSON.</summary>
    public Task<HttpResponseMessage> TrySendAsync(HttpMethod method, string path, string? json = null, HttpClient? client = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return (client ?? Client).SendAsync(request);
    }

    /// <summary>Sends what is refused.</summary>
    /// <returns>The status and the sentence.</returns>
    public async Task<(int Status, string Detail)> RefusedAsync(HttpMethod method, string path, string? json = null, HttpClient? client = null, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await TrySendAsync(method, path, json, client, headers);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonNode problem = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((int)response.StatusCode, (int)problem["status"]!);
        return ((int)response.StatusCode, (string)problem["detail"]!);
    }
}
