using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Cli.Serving;
using Tessera.Server.Tests.OpenApi;
using Tessera.Serving.Stores;

namespace Tessera.Server.Tests.Access;

/// <summary>A test for each row of OWASP's API security top ten (2023) that can apply.</summary>
public sealed class OwaspApiTopTenTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Api1_broken_object_level_authorization_a_key_opens_its_own_namespace_alone()
    {
        Store own = await server.Host.Services.GetRequiredService<StoreSource>().OpenAsync();
        Store other = await own.Database.OpenAsync("other-shop");
        (_, string secret) = await own.Database.Keys.CreateAsync(other, "theirs", KeyScopes.Read | KeyScopes.Write | KeyScopes.Admin);
        using HttpClient theirs = server.ClientWith(secret);
        Assert.Equal(401, (await server.RefusedAsync(HttpMethod.Get, "/v1/users/0", client: theirs)).Status);
    }

    [Fact]
    public async Task Api2_broken_authentication_no_wrong_or_revoked_key_opens_anything()
    {
        foreach (string? key in new[] { null, "", "tessera_wrong", new string('x', 5000) })
        {
            using HttpClient client = server.ClientWith(key);
            (int status, string detail) = await server.RefusedAsync(HttpMethod.Get, "/v1/models", client: client);
            Assert.Equal(401, status);
            Assert.Contains("Authorization: Bearer KEY", detail, StringComparison.Ordinal);
        }

        JsonNode made = await server.SendAsync(HttpMethod.Post, "/v1/keys", """{ "name": "short-lived", "scopes": ["read"] }""");
        using HttpClient revoked = server.ClientWith((string)made["secret"]!);
        using (HttpResponseMessage before = await revoked.GetAsync("/v1/models")) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await server.SendAsync(HttpMethod.Delete, $"/v1/keys/{made["id"]}");
        Assert.Equal(401, (await server.RefusedAsync(HttpMethod.Get, "/v1/models", client: revoked)).Status);
    }

    [Fact]
    public async Task Api2_secrets_are_neither_listed_nor_stored()
    {
        JsonNode made = await server.SendAsync(HttpMethod.Post, "/v1/keys", """{ "name": "n", "scopes": ["read"] }""");
        string secret = (string)made["secret"]!, listed = (await server.SendAsync(HttpMethod.Get, "/v1/keys")).ToJsonString();
        Assert.DoesNotContain(secret, listed, StringComparison.Ordinal);
        Assert.Contains((string)made["id"]!, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api3_broken_object_property_level_authorization_unknown_properties_are_refused()
    {
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Put, "/v1/items/x1", """{ "title": "x", "version": 9 }""");
        Assert.Equal(400, status);
        Assert.Contains("'version' is no key that is known there", detail, StringComparison.Ordinal);
        Assert.Equal(422, (await server.RefusedAsync(HttpMethod.Patch, "/v1/items/0", """{ "added": "2020-01-01" }""")).Status);
    }

    [Fact]
    public async Task Api4_unrestricted_resource_consumption_bodies_lists_and_rates_have_limits()
    {
        string tooMany = $"[{string.Join(',', Enumerable.Repeat("""{ "user": "u" }""", 1001))}]";
        Assert.Equal(422, (await server.RefusedAsync(HttpMethod.Post, "/v1/recommendations/batch", tooMany)).Status);
        Assert.Equal(422, (await server.RefusedAsync(HttpMethod.Get, "/v1/users/0/recommendations?count=1001")).Status);
        Assert.Equal(422, (await server.RefusedAsync(HttpMethod.Get, "/v1/items?limit=1001")).Status);
        Assert.Equal(413, await StatusOfAsync(HttpMethod.Post, "/v1/events", new string(' ', 9 << 20)));
        Assert.Equal(400, await StatusOfAsync(HttpMethod.Post, "/v1/recommendations", $"{new string('[', 100)}{new string(']', 100)}"));
    }

    [Fact]
    public async Task Api4_a_key_that_asks_too_often_is_told_when_to_ask_again()
    {
        string run = server.CopyOfRun();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddTessera(options => options.Model = run).AddServer(options => options.RequestsPerSecond = 5);
        await using WebApplication host = builder.Build();
        host.MapTessera("/api");
        await host.StartAsync();
        Store store = await host.Services.GetRequiredService<StoreSource>().OpenAsync();
        (_, string secret) = await store.Database.Keys.CreateAsync(store, "n", KeyScopes.Read);
        using HttpClient client = server.ClientWith(secret, host.Urls.First());
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetAsync("/api/models")));
        HttpResponseMessage[] refused = [.. answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)];
        Assert.InRange(refused.Length, 10, 25);
        Assert.All(refused, answer => Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta));
    }

    [Fact]
    public async Task Api5_broken_function_level_authorization_each_operation_needs_its_scope()
    {
        JsonNode document = await server.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        using HttpClient none = server.ClientWith(null), reader = await server.ClientAllowedAsync("read"), writer = await server.ClientAllowedAsync("write"), admin = await server.ClientAllowedAsync("admin");
        var lacking = new Dictionary<string, HttpClient[]> { ["read"] = [writer, admin], ["write"] = [reader, admin], ["admin"] = [reader, writer] };
        foreach ((string path, string method, JsonNode operation) in DocumentTests.OperationsOf(document))
        {
            var verb = new HttpMethod(method.ToUpperInvariant());
            string to = path.Replace("{id}", "0", StringComparison.Ordinal).Replace("{alias}", "champion", StringComparison.Ordinal).Replace("{kind}", "items", StringComparison.Ordinal);
            string scope = ((string)operation["description"]!).Split('`')[1];
            Assert.Equal((401, method, path), ((await server.RefusedAsync(verb, to, client: none)).Status, method, path));
            foreach (HttpClient client in lacking[scope])
            {
                (int status, string detail) = await server.RefusedAsync(verb, to, client: client);
                Assert.Equal((403, method, path), (status, method, path));
                Assert.Contains($"lacks the scope '{scope}'", detail, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Api7_server_side_request_forgery_no_address_is_ever_fetched()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        JsonNode receipt = await server.SendAsync(HttpMethod.Put, "/v1/items/ssrf", $$"""{ "image": "http://127.0.0.1:{{port}}/secret.png" }""");
        Assert.Equal("created", (string)receipt["outcome"]!);
        Assert.False(listener.Pending());
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Get, "/v1/items/ssrf/image")).Status);
        await server.SendAsync(HttpMethod.Delete, "/v1/items/ssrf");
    }

    [Fact]
    public async Task Api8_security_misconfiguration_the_server_tells_nothing_of_itself_and_takes_no_cookies()
    {
        using HttpResponseMessage answer = await server.TrySendAsync(HttpMethod.Get, "/v1/models", headers: ("Cookie", "a=b"));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        using HttpClient none = server.ClientWith(null);
        Assert.Equal(401, (await server.RefusedAsync(HttpMethod.Get, "/metrics", client: none)).Status);
    }

    [Fact]
    public async Task Api8_a_fault_of_the_store_says_nothing_of_it()
    {
        string run = server.CopyOfRun(), file = Path.Combine(run, "store.db");
        await using ServeHost broken = await ServerFixture.StartAsync(run, $"sqlite:{file}");
        using HttpClient client = server.ClientWith(await broken.MakeKeyAsync(always: true, CancellationToken.None), broken.Address);
        using (HttpResponseMessage before = await client.GetAsync("/v1/models")) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file}"))
        {
            await other.OpenAsync();
            await using Microsoft.Data.Sqlite.SqliteCommand drop = other.CreateCommand();
            drop.CommandText = "DROP TABLE rejected_events";
            await drop.ExecuteNonQueryAsync();
        }

        (int status, string detail) = await server.RefusedAsync(HttpMethod.Get, "/v1/events/rejected", client: client);
        Assert.Equal(503, status);
        Assert.DoesNotContain("SQLite", detail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(run, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api9_improper_inventory_management_all_that_answers_is_described()
    {
        JsonNode document = await server.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        string[] described = [.. DocumentTests.OperationsOf(document).Select(one => $"{one.Method.ToUpperInvariant()} {one.Path}").Order(StringComparer.Ordinal)];
        string[] mapped =
        [
            .. server.Host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>().Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal))
                .SelectMany(endpoint => endpoint.Metadata.OfType<IHttpMethodMetadata>().Last().HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
                .Order(StringComparer.Ordinal),
        ];
        Assert.NotEmpty(mapped);
        Assert.Equal(mapped, described);
    }

    private async Task<int> StatusOfAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.ExpectContinue = true; // so that a refusal comes before the body has gone
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
