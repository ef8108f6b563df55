using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Cli.Serving;

namespace Tessera.Server.Tests.Endpoints;

public sealed class TransferTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task What_one_server_exports_another_imports()
    {
        await server.SendAsync(HttpMethod.Put, "/v1/items/exported", """{ "title": "A\nB", "attributes": { "own": true }, "texts": { "t": "x" }, "hidden": true }""");
        string events = string.Join('\n', Enumerable.Range(0, 2500).Select(number =>
            $$"""{"id":"x{{number}}","user":"export-{{number % 3}}","item":"{{number % 20}}","type":"view","time":"2026-01-31T12:00:00Z"}"""));
        JsonNode imported = await ImportAsync(server.Client, "events", events);
        Assert.Equal((2500, 2500, 0), Counts(imported));
        string items = await server.Client.GetStringAsync("/v1/exports/items"), exported = await server.Client.GetStringAsync("/v1/exports/events"),
            users = await server.Client.GetStringAsync("/v1/exports/users");
        Assert.Equal(2500, exported.Split('\n').Count(line => line.Contains("\"x", StringComparison.Ordinal)));
        Assert.Contains("""{"id":"export-1","events":833}""", users, StringComparison.Ordinal);

        string run = server.CopyOfRun();
        await using ServeHost other = await ServerFixture.StartAsync(run, $"sqlite:{Path.Combine(run, "other.db")}");
        using HttpClient client = server.ClientWith(await other.MakeKeyAsync(always: true, CancellationToken.None), other.Address);
        await ImportAsync(client, "items", items);
        await ImportAsync(client, "events", exported);
        Assert.Equal(items, await client.GetStringAsync("/v1/exports/items"));
        Assert.Equal(exported, await client.GetStringAsync("/v1/exports/events"));
        JsonNode again = await ImportAsync(client, "events", exported);
        Assert.Equal(0, (int)again["result"]!["accepted"]!);
    }

    [Fact]
    public async Task A_line_that_cannot_be_stored_is_named_and_keeps_none_of_the_others_out()
    {
        JsonNode job = await ImportAsync(server.Client, "items", "{\"id\":\"line-1\"}\n\n{\"id\":\"\"}\nnonsense\n{\"id\":\"line-5\",\"titel\":\"x\"}\r\n{\"id\":\"line-6\"}");
        Assert.Equal((5, 2, 3), Counts(job));
        JsonArray errors = job["result"]!["errors"]!.AsArray();
        Assert.Equal([3, 4, 5], errors.Select(error => (int)error!["line"]!));
        Assert.Contains("'titel' is no key that is known there", (string)errors[2]!["error"]!, StringComparison.Ordinal);
        await server.SendAsync(HttpMethod.Get, "/v1/items/line-6");
    }

    [Fact]
    public async Task Bodies_may_be_compressed_and_begin_with_a_mark_and_limits_hold_for_what_they_unpack_to()
    {
        JsonNode job = await ImportAsync(server.Client, "items", "\uFEFF{\"id\":\"marked\"}\n{\"id\":\"packed\"}", encoding: "gzip");
        Assert.Equal((2, 2, 0), Counts(job));
        await server.SendAsync(HttpMethod.Put, "/v1/items/marked", "\uFEFF{}");
        using HttpResponseMessage put = await SendAsync(HttpMethod.Put, "/v1/items/packed", "application/json", Packed("""{ "title": "Packed" }"""), "gzip");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal("Packed", (string)(await server.SendAsync(HttpMethod.Get, "/v1/items/packed"))["title"]!);

        byte[] bomb = Packed($$"""{ "title": "{{new string(' ', 64 << 20)}}" }""");
        Assert.InRange(bomb.Length, 0, 100_000);
        await RefusedAsync(HttpMethod.Put, "/v1/items/packed", "application/json", bomb, "gzip", 413, "The body is larger than the address takes");
        await RefusedAsync(HttpMethod.Post, "/v1/imports?kind=items", "application/x-ndjson", [1, 2, 3], "gzip", 400, "The body cannot be unpacked");
        byte[] lines = Packed(string.Join('\n', Enumerable.Range(0, 500).Select(number => $$"""{"id":"cut-{{number * 7919}}"}""")));
        await RefusedAsync(HttpMethod.Post, "/v1/imports?kind=items", "application/x-ndjson", lines[..(lines.Length / 2)], "gzip", 400, "The body cannot be unpacked");
        await RefusedAsync(HttpMethod.Post, "/v1/events", "application/json", Packed("[]")[..^8], "gzip", 400, "The body cannot be unpacked");
        await RefusedAsync(HttpMethod.Post, "/v1/events", "application/json", "[]"u8.ToArray(), "zstd", 415, "The body comes in the encoding 'zstd'; expected the header 'Content-Encoding: gzip'");
        await RefusedAsync(HttpMethod.Post, "/v1/events", "application/json", Packed("[]"), "gzip, gzip", 415, "The body comes in the encoding 'gzip, gzip'");
    }

    [Fact]
    public async Task Of_lines_of_one_item_the_last_holds_and_no_line_breaks_an_import()
    {
        string lines = string.Join('\n', Enumerable.Range(0, 40).Select(number => $$"""{"id":"again","title":"{{number}}"}""").Append("{\"\\ud800\":1}"));
        JsonNode job = await ImportAsync(server.Client, "items", lines);
        Assert.Equal((41, 40, 1), Counts(job));
        Assert.Equal("39", (string)(await server.SendAsync(HttpMethod.Get, "/v1/items/again"))["title"]!);
    }

    [Fact]
    public async Task An_erased_users_id_is_not_kept_with_events_that_cannot_be_read()
    {
        await server.SendAsync(HttpMethod.Delete, "/v1/users/private-user");
        await server.SendAsync(HttpMethod.Post, "/v1/events", """[{ "id": "p1", "user": "private-user", "kind": "x" }, { "id": "\ud800", "user": "x", "item": "1", "type": "like", "time": "2026-01-31T12:00:00Z" }, { "id": "p2", "user": "private-user", "item": "1", "type": "like", "time": "1960-01-01T00:00:00Z" }]""");
        Assert.DoesNotContain("private-user", (await server.SendAsync(HttpMethod.Get, "/v1/events/rejected")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_of_a_key_that_was_used_is_not_begun_again()
    {
        JsonNode first = await ImportAsync(server.Client, "items", """{"id":"once"}""", "key-1"), second = await ImportAsync(server.Client, "items", """{"id":"twice"}""", "key-1");
        Assert.Equal((string)first["id"]!, (string)second["id"]!);
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Get, "/v1/items/twice")).Status);
        Assert.Equal("succeeded", (string)(await server.SendAsync(HttpMethod.Get, $"/v1/jobs/{first["id"]}"))["state"]!);
    }

    [Fact]
    public async Task An_import_that_broke_off_is_done_when_it_is_sent_again_with_its_key()
    {
        string[] lines = [.. Enumerable.Range(0, 3).Select(number => $$"""{"id":"broken-{{number}}"}""")];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/imports?kind=items")
        {
            Headers = { { "Idempotency-Key", "broken" } },
            Content = new ByteArrayContent(Packed(string.Join('\n', lines))[..^9]) { Headers = { ContentType = new("application/x-ndjson"), ContentEncoding = { "gzip" } } },
        };
        using (HttpResponseMessage response = await server.Client.SendAsync(request)) Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonNode failed = (await server.SendAsync(HttpMethod.Get, "/v1/jobs"))[0]!;
        Assert.Equal("failed", (string)failed["state"]!);

        JsonNode again = await ImportAsync(server.Client, "items", string.Join('\n', lines), "broken");

        Assert.Equal(((string)failed["id"]!, "succeeded"), ((string)again["id"]!, (string)again["state"]!));
        Assert.Equal((3, 3, 0), Counts(again));
        foreach (int number in new[] { 0, 1, 2 }) await server.SendAsync(HttpMethod.Get, $"/v1/items/broken-{number}");
    }

    [Fact]
    public async Task An_import_that_is_at_work_is_not_begun_beside_itself()
    {
        var body = new Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/imports?kind=items") { Headers = { { "Idempotency-Key", "slow" } }, Content = new StreamContent(body.Reader.AsStream()) { Headers = { ContentType = new("application/x-ndjson") } } };
        Task<HttpResponseMessage> slow = server.Client.SendAsync(request);
        await body.Writer.WriteAsync(Encoding.UTF8.GetBytes("{\"id\":\"slow-1\"}\n" + new string('\n', 1 << 15))); // so much that it is sent
        for (int look = 0; look < 1000 && (await server.SendAsync(HttpMethod.Get, "/v1/jobs")).AsArray().All(job => (string)job!["state"]! != "running"); look++) await Task.Delay(20);
        using var second = new HttpRequestMessage(HttpMethod.Post, "/v1/imports?kind=items") { Headers = { { "Idempotency-Key", "slow" } }, Content = new StringContent("{}", Encoding.UTF8, "application/x-ndjson") };
        using HttpResponseMessage refused = await server.Client.SendAsync(second);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        await body.Writer.CompleteAsync();
        using HttpResponseMessage ended = await slow;
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
    }

    [Fact]
    public async Task An_export_has_letters_as_they_are_and_the_vectors_that_came_ready()
    {
        JsonNode receipt = await server.SendAsync(HttpMethod.Put, "/v1/items/letters", """{ "title": "Лампа & <свет>", "vectors": { "text": [1, 2, 3, 4, 5, 6, 7, 8, 9] } }""");
        Assert.Equal("text", (string)receipt["modalities"]![0]!);
        string line = (await server.Client.GetStringAsync("/v1/exports/items")).Split('\n').Single(one => one.Contains("\"letters\"", StringComparison.Ordinal));
        Assert.Contains("Лампа & <свет>", line, StringComparison.Ordinal);
        Assert.Contains(""""vectors":{"text":[1,2,3,4,5,6,7,8,9]}"""", line, StringComparison.Ordinal);
        await ImportAsync(server.Client, "items", line);
        Assert.Equal(["text"], (await server.SendAsync(HttpMethod.Get, "/v1/items/letters"))["modalities"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public async Task What_cannot_be_imported_or_exported_is_refused()
    {
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Get, "/v1/exports/secrets")).Status);
        using var body = new StringContent("{}", Encoding.UTF8, "application/x-ndjson");
        using HttpResponseMessage response = await server.Client.PostAsync("/v1/imports?kind=secrets", body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        JsonNode tooLong = await ImportAsync(server.Client, "items", $"{{\"id\":\"before\"}}\n{new string('x', 40 << 20)}\n{{\"id\":\"behind\"}}\n{new string('x', 17 << 20)}");
        Assert.Equal((4, 2, 2), Counts(tooLong));
        Assert.Equal([2, 4], tooLong["result"]!["errors"]!.AsArray().Select(error => (int)error!["line"]!));
        Assert.Equal("It is longer than 16,777,216 bytes.", (string)tooLong["result"]!["errors"]![0]!["error"]!);
        await server.SendAsync(HttpMethod.Get, "/v1/items/behind");
    }

    private static (int Lines, int Accepted, int Rejected) Counts(JsonNode job) =>
        ((int)job["result"]!["lines"]!, (int)job["result"]!["accepted"]!, (int)job["result"]!["rejected"]!);

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private async Task RefusedAsync(HttpMethod method, string path, string type, byte[] body, string encoding, int status, string sentence)
    {
        using HttpResponseMessage response = await SendAsync(method, path, type, body, encoding);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.StartsWith(sentence, (string)JsonNode.Parse(text)!["detail"]!, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string type, byte[] body, string encoding)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return server.Client.SendAsync(new HttpRequestMessage(method, path) { Content = content });
    }

    private static async Task<JsonNode> ImportAsync(HttpClient client, string kind, string lines, string? key = null, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/v1/imports?kind={kind}"))
        {
            Content = encoding is null ? new StringContent(lines, Encoding.UTF8, "application/x-ndjson")
                : new ByteArrayContent(Packed(lines)) { Headers = { ContentType = new("application/x-ndjson"), ContentEncoding = { encoding } } },
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using HttpResponseMessage response = await client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
