using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Tessera.Server.Tests.Endpoints;

public sealed class ItemTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] OnePixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Theory]
    [InlineData("plain")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("ä ?&#\"'<>")]
    [InlineData("..")]
    public async Task An_item_of_any_id_is_put_read_changed_and_deleted(string id)
    {
        string path = $"/v1/items/{Uri.EscapeDataString(id).Replace(".", "%2E", StringComparison.Ordinal)}";
        if (id == "..") path = "/v1/items/%2E%2E"; // which clients and servers take for a folder above
        using HttpResponseMessage put = await server.TrySendAsync(HttpMethod.Put, path, """{ "title": "T", "attributes": { "price": 3, "tags": ["a"] } }""");
        if (id == "..")
        {
            Assert.True(put.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"{put.StatusCode}");
            return;
        }

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.NotNull(put.Headers.Location);
        JsonNode item = await server.SendAsync(HttpMethod.Get, path);
        Assert.Equal((id, "T", 3), ((string)item["id"]!, (string)item["title"]!, (int)item["attributes"]!["price"]!));
        JsonNode patched = await server.SendAsync(HttpMethod.Patch, path, """{ "attributes": { "price": null }, "hidden": true }""");
        Assert.Equal("changed", (string)patched["outcome"]!);
        item = await server.SendAsync(HttpMethod.Get, path);
        Assert.Null(item["attributes"]!["price"]);
        Assert.True((bool)item["hidden"]!);
        await server.SendAsync(HttpMethod.Delete, path);
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Get, path)).Status);
    }

    [Fact]
    public async Task A_version_that_is_named_is_the_one_that_is_changed()
    {
        using HttpResponseMessage put = await server.TrySendAsync(HttpMethod.Put, "/v1/items/v", "{}", headers: ("If-None-Match", "*"));
        string tag = put.Headers.ETag!.Tag;
        Assert.Equal(412, (await server.RefusedAsync(HttpMethod.Put, "/v1/items/v", "{}", headers: ("If-None-Match", "*"))).Status);
        using HttpResponseMessage changed = await server.TrySendAsync(HttpMethod.Put, "/v1/items/v", """{ "title": "2" }""", headers: ("If-Match", tag));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Patch, "/v1/items/v", """{ "title": "3" }""", headers: ("If-Match", tag));
        Assert.Equal(412, status);
        Assert.Contains("has version", detail, StringComparison.Ordinal);
        Assert.Equal(400, (await server.RefusedAsync(HttpMethod.Delete, "/v1/items/v", headers: ("If-Match", "\"x\""))).Status);
        Assert.Equal(400, (await server.RefusedAsync(HttpMethod.Delete, "/v1/items/v", headers: [("If-Match", "\"1\""), ("If-Match", "\"2\"")])).Status);
        Assert.Equal("2", (string)(await server.SendAsync(HttpMethod.Get, "/v1/items/v"))["title"]!);
    }

    [Fact]
    public async Task Whichever_version_there_is_can_be_named_where_there_must_be_one()
    {
        (string, string) any = ("If-Match", "*");
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Put, "/v1/items/any", "{}", headers: any);
        Assert.Equal((412, "There is no item 'any', which If-Match expects; leave that header out to put a new one."), (status, detail));
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Patch, "/v1/items/any", "{}", headers: any)).Status);
        await server.SendAsync(HttpMethod.Put, "/v1/items/any", "{}");
        foreach ((HttpMethod method, string? json) in new[] { (HttpMethod.Put, """{ "title": "2" }"""), (HttpMethod.Patch, """{ "title": "3" }"""), (HttpMethod.Delete, (string?)null) })
        {
            using HttpResponseMessage response = await server.TrySendAsync(method, "/v1/items/any", json, headers: any);
            Assert.True(response.IsSuccessStatusCode, $"{method}: {response.StatusCode}");
        }

        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Delete, "/v1/items/any", headers: any)).Status);
    }

    [Fact]
    public async Task A_text_or_vector_that_is_null_is_refused_and_a_patch_removes_by_it()
    {
        const string remedy = "expected one, so leave it out where there is none.";
        Assert.Equal((422, $"The text 'description' of item 'n' is null; {remedy}"), await server.RefusedAsync(HttpMethod.Put, "/v1/items/n", """{ "texts": { "description": null } }"""));
        Assert.Equal((422, $"The vector 'image' of item 'n' is null; {remedy}"), await server.RefusedAsync(HttpMethod.Put, "/v1/items/n", """{ "vectors": { "image": null } }"""));
        await server.SendAsync(HttpMethod.Put, "/v1/items/n", """{ "texts": { "description": "x", "care": "y" } }""");
        await server.SendAsync(HttpMethod.Patch, "/v1/items/n", """{ "texts": { "description": null } }""");
        Assert.Equal("""{"care":"y"}""", (await server.SendAsync(HttpMethod.Get, "/v1/items/n"))["texts"]!.ToJsonString());
    }

    [Fact]
    public async Task Uploads_that_do_not_get_on_keep_other_images_waiting_for_some_seconds_at_most()
    {
        await server.SendAsync(HttpMethod.Put, "/v1/items/slow", "{}");
        var end = new TaskCompletionSource();
        Task<HttpResponseMessage>[] uploads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => server.Client.PutAsync("/v1/items/slow/image", new Unfinished(end.Task)))];

        HttpResponseMessage refused = await PutAsync();
        while (refused.IsSuccessStatusCode) refused = await PutAsync(); // until all of them have come
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        end.SetResult();
        foreach (Task<HttpResponseMessage> upload in uploads)
        {
            using HttpResponseMessage answer = await upload;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using HttpResponseMessage put = await PutAsync();
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        async Task<HttpResponseMessage> PutAsync()
        {
            using var body = new ByteArrayContent(OnePixel);
            return await server.Client.PutAsync("/v1/items/slow/image", body);
        }
    }

    /// <summary>An image whose last byte comes late.</summary>
    private sealed class Unfinished(Task end) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(OnePixel.AsMemory(..^1));
            await stream.FlushAsync();
            await end;
            await stream.WriteAsync(OnePixel.AsMemory(^1..));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = OnePixel.Length;
            return true;
        }
    }

    [Fact]
    public async Task An_image_is_put_as_it_is_and_read_again()
    {
        await server.SendAsync(HttpMethod.Put, "/v1/items/pictured", "{}");
        using var body = new ByteArrayContent(OnePixel) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using HttpResponseMessage put = await server.Client.PutAsync("/v1/items/pictured/image", body);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using HttpResponseMessage image = await server.Client.GetAsync("/v1/items/pictured/image");
        Assert.Equal("image/png", image.Content.Headers.ContentType!.MediaType);
        Assert.Equal(OnePixel, await image.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", (string)(await server.SendAsync(HttpMethod.Get, "/v1/items/pictured"))["imageType"]!);

        using var none = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using HttpResponseMessage refused = await server.Client.PutAsync("/v1/items/pictured/image", none);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        using var unknown = new ByteArrayContent(OnePixel) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
        using HttpResponseMessage wrong = await server.Client.PutAsync("/v1/items/pictured/image", unknown);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrong.StatusCode);
    }

    [Fact]
    public async Task Items_come_page_by_page_and_by_words()
    {
        for (int item = 0; item < 3; item++) await server.SendAsync(HttpMethod.Put, $"/v1/items/page-{item}", """{ "title": "Quaint zebra" }""");
        Assert.Equal(422, (await server.RefusedAsync(HttpMethod.Get, "/v1/items?q=1%202%203%204%205%206%207%208%209")).Status);
        JsonNode first = await server.SendAsync(HttpMethod.Get, "/v1/items?q=quaint%20zebra&limit=2");
        Assert.Equal(["page-0", "page-1"], first["items"]!.AsArray().Select(item => (string)item!["id"]!));
        JsonNode last = await server.SendAsync(HttpMethod.Get, $"/v1/items?q=quaint%20zebra&limit=2&after={first["next"]}");
        Assert.Equal(["page-2"], last["items"]!.AsArray().Select(item => (string)item!["id"]!));
        Assert.Null(last["next"]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_by_a_sentence()
    {
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Get, "/v1/items?limit=many");
        Assert.Equal((400, "The parameter 'limit' is 'many'; expected a whole number."), (status, detail));
        Assert.Equal(400, (await server.RefusedAsync(HttpMethod.Put, "/v1/items/x", "{")).Status);
        Assert.Equal(400, (await server.RefusedAsync(HttpMethod.Put, "/v1/items/x", """{ "title": "a", "title": "b" }""")).Status);
        Assert.Equal(
            (400, "The body cannot be read: 'attributes' is null, where something is expected; expected JSON as /openapi/v1.json describes it."),
            await server.RefusedAsync(HttpMethod.Put, "/v1/items/x", """{ "attributes": null }"""));
        foreach ((string path, string json, string reason) in new[]
        {
            ("/v1/recommendations", """{ "count": "many" }""", "'count' is not a whole number of at most 2,147,483,647"),
            ("/v1/recommendations", """{ "exclude": "3" }""", "'exclude' is not a list"),
            ("/v1/recommendations", """{ "user": 3 }""", "'user' is not a text"),
            ("/v1/recommendations/batch", "{}", "the whole is not a list"),
        })
            Assert.Equal((400, $"The body cannot be read: {reason}; expected JSON as /openapi/v1.json describes it."), await server.RefusedAsync(HttpMethod.Post, path, json));
        Assert.Equal(400, (await server.RefusedAsync(HttpMethod.Put, "/v1/items/x", """{ "attributes": { "a": { "b": 1 } } }""")).Status);
        Assert.Equal(422, (await server.RefusedAsync(HttpMethod.Put, "/v1/items/x", """{ "vectors": { "no-such": [1] } }""")).Status);
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Get, "/v1/items/nobody/similar")).Status);
    }

    [Fact]
    public async Task Many_who_put_one_item_at_once_are_all_served_and_one_may_not_say_too_much_of_it()
    {
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => server.TrySendAsync(HttpMethod.Put, "/v1/items/crowd", $$"""{ "title": "t{{n}}" }""")));
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}"));
        string many = string.Join(',', Enumerable.Range(0, 101).Select(n => $"\"a{n}\": 1"));
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Put, "/v1/items/crowd", $$"""{ "attributes": { {{many}} } }""");
        Assert.Equal((422, "The item 'crowd' has 101 attributes; expected 100 at most."), (status, detail));
        foreach ((string json, string sentence) in new[]
        {
            ($$"""{ "title": "{{new string('x', 10_001)}}" }""", "The item 'crowd' has 10,001 characters in its title; expected 10,000 at most."),
            ($$"""{ "attributes": { "a": "{{new string('x', 1001)}}" } }""", "The item 'crowd' has 1,001 characters in a text of the attribute 'a'; expected 1,000 at most."),
            ($$"""{ "attributes": { "a": ["x", "{{new string('x', 1001)}}"] } }""", "The item 'crowd' has 1,001 characters in a text of the attribute 'a'; expected 1,000 at most."),
            ($$"""{ "attributes": { "a": [{{string.Join(',', Enumerable.Repeat("\"x\"", 1001))}}] } }""", "The item 'crowd' has 1,001 texts in the attribute 'a'; expected 1,000 at most."),
        })
            Assert.Equal((422, sentence), await server.RefusedAsync(HttpMethod.Put, "/v1/items/crowd", json));
    }

    [Theory]
    [InlineData("/v1/recommendations")]
    [InlineData("/v1/events")]
    [InlineData("/v1/keys")]
    public async Task Half_of_a_surrogate_pair_is_refused_by_a_sentence(string path)
    {
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Post, path, """{ "\ud800": 1 }""");
        Assert.Equal(400, status);
        Assert.StartsWith("The body cannot be read: ", detail, StringComparison.Ordinal);
    }
}
