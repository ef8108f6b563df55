using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Serving.Stores;

namespace Tessera.Server.Tests.Endpoints;

public sealed class RecommendationTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task What_a_user_likes_changes_the_next_list()
    {
        JsonNode before = await server.SendAsync(HttpMethod.Get, "/v1/users/visitor/recommendations?count=3");
        Assert.Equal("popular", (string)before["items"]![0]!["reason"]!);
        JsonNode stored = await server.SendAsync(HttpMethod.Post, "/v1/events", Event("like-1", "visitor", "0"));
        Assert.Equal((1, 0, 0), ((int)stored["accepted"]!, (int)stored["duplicates"]!, (int)stored["rejected"]!));
        JsonNode after = await server.SendAsync(HttpMethod.Get, "/v1/users/visitor/recommendations?count=3");
        Assert.All(after["items"]!.AsArray(), item => Assert.Equal("personal", (string)item!["reason"]!));
        Assert.DoesNotContain("0", after["items"]!.AsArray().Select(item => (string)item!["id"]!));
        stored = await server.SendAsync(HttpMethod.Post, "/v1/events", Event("like-1", "visitor", "0"));
        Assert.Equal(1, (int)stored["duplicates"]!);
    }

    [Fact]
    public async Task A_request_can_choose_the_model_that_answers()
    {
        string champion = (string)(await server.SendAsync(HttpMethod.Get, "/v1/status"))["model"]!["id"]!;
        using HttpClient reader = await server.ClientAllowedAsync("read");
        foreach (string model in new[] { "champion", champion })
        {
            JsonNode list = await server.SendAsync(HttpMethod.Get, $"/v1/users/0/recommendations?count=3&model={model}");
            Assert.Equal((champion, null, 3), ((string)list["model"]!, (string?)list["arm"], list["items"]!.AsArray().Count));
            using HttpResponseMessage posted = await server.TrySendAsync(HttpMethod.Post, "/v1/recommendations", $$"""{ "user": "0", "count": 3, "model": "{{model}}" }""", reader);
            Assert.Equal(200, (int)posted.StatusCode);
        }

        Assert.Equal(
            (404, "There is no model 'none'; expected champion, challenger while there is one, or the id of one of them."),
            await server.RefusedAsync(HttpMethod.Post, "/v1/recommendations", """{ "user": "0", "model": "none" }"""));
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Get, "/v1/users/0/recommendations?model=challenger")).Status);
        Store store = await server.Host.Services.GetRequiredService<StoreSource>().OpenAsync();
        await store.Generations.AddAsync(new StoredGeneration("idle", server.CopyOfRun(), [], TrainedTo: 0));
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Get, "/v1/users/0/recommendations?model=idle");
        Assert.Equal(422, status);
        Assert.Contains("once it is the challenger, with traffic 0", detail, StringComparison.Ordinal);
        await server.SendAsync(HttpMethod.Put, "/v1/aliases/challenger", """{ "model": "idle", "traffic": 0 }""");
        Assert.Equal("idle", (string)(await server.SendAsync(HttpMethod.Get, "/v1/users/0/recommendations?model=challenger"))["model"]!);
        Assert.Equal("champion", (string)(await server.SendAsync(HttpMethod.Get, "/v1/users/0/recommendations"))["arm"]!);
        await server.SendAsync(HttpMethod.Delete, "/v1/aliases/challenger");
    }

    [Fact]
    public async Task A_batch_answers_each_entry_by_itself()
    {
        JsonNode answers = await server.SendAsync(HttpMethod.Post, "/v1/recommendations/batch", """[{ "user": "0", "count": 2 }, { "user": "1", "count": 0 }]""");
        Assert.Equal(2, answers[0]!["response"]!["items"]!.AsArray().Count);
        Assert.Contains("'count' is 0", (string)answers[1]!["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_asks_for_too_much_in_all_is_refused()
    {
        string most = string.Join(',', Enumerable.Repeat("""{ "user": "0", "count": 1000 }""", 100));
        Assert.Equal(100, (await server.SendAsync(HttpMethod.Post, "/v1/recommendations/batch", $"[{most}]")).AsArray().Count);
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Post, "/v1/recommendations/batch", $$"""[{{most}}, { "count": 1 }]""");
        Assert.Equal((422, "The 101 requests ask for 100,001 items in all; expected at most 100,000, so send them in parts or with a smaller 'count'."), (status, detail));
    }

    [Fact]
    public async Task Pages_have_new_items_and_explanations_add_up()
    {
        JsonNode first = await server.SendAsync(HttpMethod.Post, "/v1/recommendations", """{ "user": "0", "count": 4, "explain": true }""");
        JsonNode second = await server.SendAsync(HttpMethod.Post, "/v1/recommendations", $$"""{ "user": "0", "count": 4, "explain": true, "next": "{{first["next"]}}" }""");
        string[] ids = [.. first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => (string)item!["id"]!)];
        Assert.Equal(8, ids.Distinct().Count());
        JsonNode item = first["items"]![0]!;
        Assert.Equal((double)item["score"]!, item["shares"]!.AsObject().Sum(share => (double)share.Value!), 1e-4);
        JsonNode session = await server.SendAsync(HttpMethod.Post, "/v1/recommendations", """{ "session": ["0", "2"], "count": 1, "explain": true }""");
        Assert.Subset(new HashSet<string> { "0", "2" }, session["items"]![0]!["because"]!.AsArray().Select(own => (string)own!).ToHashSet());
        Assert.NotEmpty(session["items"]![0]!["because"]!.AsArray());
    }

    [Fact]
    public async Task Similar_items_come_by_all_or_by_a_modality()
    {
        JsonNode all = await server.SendAsync(HttpMethod.Get, "/v1/items/0/similar?count=3");
        Assert.Equal(3, all["items"]!.AsArray().Count);
        (int status, string detail) = await server.RefusedAsync(HttpMethod.Get, "/v1/items/0/similar?by=smell");
        Assert.Equal(422, status);
        Assert.Contains("'smell'", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_becomes_a_users_and_a_user_can_be_erased()
    {
        await server.SendAsync(HttpMethod.Post, "/v1/events", Event("s-1", "session-9", "2"));
        Assert.Equal(1, (int)(await server.SendAsync(HttpMethod.Post, "/v1/users/known-9/merge", """{ "from": "session-9" }"""))["events"]!);
        Assert.Single((await server.SendAsync(HttpMethod.Get, "/v1/users/known-9"))["history"]!.AsArray());
        await server.SendAsync(HttpMethod.Delete, "/v1/users/known-9");
        Assert.Empty((await server.SendAsync(HttpMethod.Get, "/v1/users/known-9"))["history"]!.AsArray());
        Assert.Equal(1, (int)(await server.SendAsync(HttpMethod.Post, "/v1/events", Event("s-2", "known-9", "2")))["rejected"]!);
    }

    [Fact]
    public async Task Events_that_cannot_be_read_keep_none_of_the_others_out_and_are_shown()
    {
        string batch = $$"""[{{Event("ok-1", "reader", "3").Trim('[', ']')}}, { "id": "bad-1", "user": "reader" }, { "id": "bad-2", "usr": "x" }, 7, null, { "id": "bad-3", "id": "bad-3" }, {{Event("bad-4", "reader", "3").Trim('[', ']').Replace("Z\"", "\"", StringComparison.Ordinal)}}]""";
        JsonNode stored = await server.SendAsync(HttpMethod.Post, "/v1/events", batch);
        Assert.Equal((1, 6, 0), ((int)stored["accepted"]!, (int)stored["rejected"]!, (int)stored["unknownItems"]!));
        Assert.Equal(
            [
                ("bad-1", "It cannot be read: it lacks 'item', 'type', 'time'."), ("bad-2", "It cannot be read: 'usr' is no key that is known there."), (null, "It cannot be read: the whole is not an object."),
                (null, "It cannot be read: it is null."), ("bad-3", "It cannot be read: 'id' is there more than once."), ("bad-4", "It cannot be read: its time has no offset from UTC; expected one, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00."),
            ],
            stored["rejections"]!.AsArray().Select(one => ((string?)one!["id"], (string)one["reason"]!)));
        JsonArray rejected = (await server.SendAsync(HttpMethod.Get, "/v1/events/rejected")).AsArray();
        Assert.Contains(rejected, one => (string?)one!["id"] == "bad-1" && ((string)one["reason"]!).Contains("'item'", StringComparison.Ordinal));
        Assert.Contains(rejected, one => (string?)one!["id"] == "bad-2");
    }

    [Fact]
    public async Task Of_many_rejected_events_the_first_are_named_and_items_that_there_are_not_are_counted()
    {
        string many = string.Join(',', Enumerable.Range(0, 30).Select(number => Event($"late-{number}", "", "3").Trim('[', ']')));
        JsonNode stored = await server.SendAsync(HttpMethod.Post, "/v1/events", $"[{many}, {Event("early-1", "reader", "to-come").Trim('[', ']')}, {Event("early-2", "reader", "to-come").Trim('[', ']')}]");
        Assert.Equal((2, 30, 1), ((int)stored["accepted"]!, (int)stored["rejected"]!, (int)stored["unknownItems"]!));
        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"late-{number}"), stored["rejections"]!.AsArray().Select(one => (string)one!["id"]!));
        await server.SendAsync(HttpMethod.Put, "/v1/items/to-come", "{}");
        Assert.Equal(0, (int)(await server.SendAsync(HttpMethod.Post, "/v1/events", Event("early-3", "reader", "to-come")))["unknownItems"]!);
    }

    [Fact]
    public async Task Metrics_tell_what_was_asked_and_health_that_all_is_well()
    {
        await server.SendAsync(HttpMethod.Get, "/v1/users/0/recommendations");
        string metrics = await server.Client.GetStringAsync("/metrics");
        Assert.Contains("tessera_requests", metrics, StringComparison.Ordinal);
        Assert.Contains("tessera_model_age", metrics, StringComparison.Ordinal);
        using HttpClient none = server.ClientWith(null);
        Assert.Equal("Healthy", await none.GetStringAsync("/health"));
        Assert.Equal("Healthy", await none.GetStringAsync("/alive"));
    }

    [Fact]
    public async Task What_there_is_not_is_said_in_a_sentence()
    {
        Assert.Equal((404, "There is nothing at this address; expected one of those that /openapi/v1.json lists."), await server.RefusedAsync(HttpMethod.Get, "/v1/nothing"));
        Assert.Equal(405, (await server.RefusedAsync(HttpMethod.Delete, "/v1/items")).Status);
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Get, "/v1/jobs/nothing")).Status);
        Assert.Equal(404, (await server.RefusedAsync(HttpMethod.Put, "/v1/aliases/champion", """{ "model": "nothing" }""")).Status);
    }

    private static string Event(string id, string user, string item) =>
        $$"""[{ "id": "{{id}}", "user": "{{user}}", "item": "{{item}}", "type": "like", "time": "2026-01-31T12:00:00Z" }]""";
}
