using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Events_are_stored_once_however_often_a_batch_is_repeated()
    {
        UserEvent[] batch = [Event("e1"), Event("e2", second: 5, recommendation: "r1"), Event("e1", "somebody else")];
        AppendResult first = await Store.Events.AppendAsync(batch);
        AppendResult again = await Store.Events.AppendAsync(batch);
        AppendResult more = await Store.Events.AppendAsync([Event("e2"), Event("e3")]);

        Assert.Equal((2, 1, 0), (first.Accepted, first.Duplicates, first.Rejected));
        Assert.Equal(new AppendResult(0, 3, 0, first.Position), again);
        Assert.Equal((1, 1), (more.Accepted, more.Duplicates));
        Assert.True(more.Position > first.Position);
        List<LogEntry> log = await LogAsync(more.Position);
        Assert.Equal([Event("e1"), Event("e2", second: 5, recommendation: "r1"), Event("e3")], log.Cast<LogEntry.EventAdded>().Select(entry => entry.Event));
        Assert.Equal([first.Position - 1, first.Position, more.Position], log.Select(entry => entry.Position));
    }

    [Fact]
    public async Task Batches_at_the_same_time_store_each_event_once()
    {
        UserEvent[] events = [.. Enumerable.Range(0, 200).Select(number => Event($"e{number}", $"u{number % 7}", second: number))];
        Task<AppendResult>[] appends =
        [
            .. Enumerable.Range(0, 12).Select(number => Task.Run(() => Store.Events.AppendAsync(
                [.. number % 2 == 0 ? events.Skip(number * 10) : events.Skip(number * 10).Reverse()]))),
        ];
        AppendResult[] results = await Task.WhenAll(appends);

        Assert.Equal(200, results.Sum(result => result.Accepted));
        Assert.Equal(results.Sum(result => result.Accepted + result.Duplicates), Enumerable.Range(0, 12).Sum(number => 200 - (number * 10)));
        List<LogEntry> log = await LogAsync(results.Max(result => result.Position));
        Assert.Equal(events.Select(one => one.Id).Order(), log.Cast<LogEntry.EventAdded>().Select(entry => entry.Event.Id).Order());
        Assert.True(log.Zip(log.Skip(1)).All(pair => pair.First.Position < pair.Second.Position));
    }

    [Fact]
    public async Task A_history_goes_from_the_newest_back()
    {
        await Store.Events.AppendAsync([Event("e1", second: 3), Event("e2", second: 9), Event("e3", "u2"), Event("e4", second: 1), Event("e5", second: 3)]);
        Assert.Equal(["e2", "e5", "e1", "e4"], (await Store.Events.HistoryAsync("u1", 10)).Select(one => one.Id));
        Assert.Equal(["e2", "e5"], (await Store.Events.HistoryAsync("u1", 2)).Select(one => one.Id));
        Assert.Empty(await Store.Events.HistoryAsync("nobody", 2));
    }

    [Fact]
    public async Task Times_are_kept_to_the_millisecond_in_utc()
    {
        var time = new DateTimeOffset(2026, 1, 1, 1, 0, 0, 7, TimeSpan.FromHours(2)) + TimeSpan.FromTicks(9999);
        await Store.Events.AppendAsync([Event("e1") with { Time = time }]);
        DateTimeOffset kept = Assert.Single(await Store.Events.HistoryAsync("u1", 1)).Time;
        Assert.Equal((new DateTimeOffset(2025, 12, 31, 23, 0, 0, 7, TimeSpan.Zero), TimeSpan.Zero), (kept, kept.Offset));
    }

    [Fact]
    public async Task Events_that_cannot_be_stored_are_rejected_alone_and_kept_with_the_reason()
    {
        UserEvent[] batch =
        [
            Event("good"), Event("a\0b"), Event("b", user: " "), Event("c", item: new string('x', 1001)), Event("d") with { Type = "" },
            Event("e") with { Time = default }, Event("f", recommendation: "\t"), Event("g") with { Type = new string('t', 101) },
        ];
        AppendResult result = await Store.Events.AppendAsync(batch, [new RejectedEvent("h", "u1", null, null, "The event has no item.")]);
        await Store.Events.AppendAsync(batch);

        Assert.Equal((1, 0, 8), (result.Accepted, result.Duplicates, result.Rejected));
        IReadOnlyList<RejectedEvent> rejected = await Store.Events.RejectedAsync(100);
        Assert.Equal(8, rejected.Count);
        Assert.Equal(["a b", "b", "c", "d", "e", "f", "g", "h"], rejected.Select(one => one.Id).Order(StringComparer.Ordinal));
        Assert.Equal(
            "The event's user is blank; expected 1 to 1,000 characters without tabs, line ends and other control characters, and no more than 2,000 bytes in UTF-8.",
            rejected.Single(one => one.Id == "b").Reason);
        Assert.Contains("between 1970 and 2199", rejected.Single(one => one.Id == "e").Reason, StringComparison.Ordinal);
        Assert.Equal("The event has no item.", rejected.Single(one => one.Id == "h").Reason);
        Assert.Equal("h", rejected[^1].Id); // the others came again
        Assert.Equal(["good"], (await Store.Events.HistoryAsync("u1", 10)).Select(one => one.Id));
    }

    [Fact]
    public async Task Users_and_items_that_no_address_can_hold_are_refused_and_such_users_can_be_erased()
    {
        AppendResult result = await Store.Events.AppendAsync([Event("."), Event("b", user: "."), Event("c", item: "..")]);
        Assert.Equal((1, 2), (result.Accepted, result.Rejected));
        Assert.Equal(
            "The event's item is '..', which no address can hold, so choose another; expected 1 to 1,000 characters without tabs, line ends and other control characters, "
            + "and no more than 2,000 bytes in UTF-8.", (await Store.Events.RejectedAsync(10)).Single(one => one.Id == "c").Reason);
        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Users.MergeAsync("u1", ".."));
        await Store.Users.EraseAsync("."); // whom an earlier version took
        Assert.Equal(["."], await Store.Users.ErasedAsync([".", "u1"]));
    }

    [Fact]
    public async Task Of_rejected_events_the_latest_thousand_are_kept()
    {
        foreach (int batch in Enumerable.Range(0, 3))
            await Store.Events.AppendAsync([.. Enumerable.Range(0, 600).Select(number => Event($"{batch}-{number:000}", user: ""))]);
        IReadOnlyList<RejectedEvent> rejected = await Store.Events.RejectedAsync(5000);
        Assert.Equal((1000, "2-599", "1-200"), (rejected.Count, rejected[0].Id, rejected[^1].Id));
    }

    [Fact]
    public async Task A_batch_has_a_thousand_events_at_most()
    {
        UserEvent[] batch = [.. Enumerable.Range(0, 1001).Select(number => Event($"e{number}"))];
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(() => Store.Events.AppendAsync(batch));
        Assert.Equal("The batch has 1,001 events; expected 1,000 at most, so send it in parts.", refused.Message);
        Assert.Equal(1000, (await Store.Events.AppendAsync(batch[1..])).Accepted);
        Assert.Equal(new AppendResult(0, 0, 0, 0), await Store.Events.AppendAsync([]));
    }

    [Fact]
    public async Task A_merge_makes_a_session_s_history_the_user_s()
    {
        await Store.Recommendations.AddAsync([new Recommended("r1", "s1", "champion", "g1", ["i1"], Clock.Now)]);
        await Store.Events.AppendAsync([Event("e1", "s1", second: 1), Event("e2", "u1", second: 2), Event("e3", "s1", second: 3)]);
        UserChange merge = await Store.Users.MergeAsync("s1", "u1");
        AppendResult after = await Store.Events.AppendAsync([Event("e1", "s1"), Event("e4", "u1", second: 4)]);

        Assert.Equal(2, merge.Events);
        Assert.Equal((1, 1), (after.Accepted, after.Duplicates));
        Assert.Equal(["e4", "e3", "e2", "e1"], (await Store.Events.HistoryAsync("u1", 10)).Select(one => one.Id));
        Assert.Empty(await Store.Events.HistoryAsync("s1", 10));
        Assert.Equal("u1", (await Store.Recommendations.FindAsync("r1"))!.User);
        List<LogEntry> log = await LogAsync(after.Position);
        Assert.Equal(new LogEntry.UsersMerged(merge.Position, "s1", "u1"), log[3]);
        Assert.All(log.OfType<LogEntry.EventAdded>(), entry => Assert.Equal("u1", entry.Event.User));
    }

    [Fact]
    public async Task An_erased_user_is_gone_everywhere_with_the_sessions_that_were_merged()
    {
        await Store.Events.AppendAsync([Event("e1", "s1"), Event("e2", "s2"), Event("e3", "u1"), Event("e4", "u2")]);
        await Store.Events.AppendAsync([Event("e9", "u1") with { Type = "" }, Event("e8", "u2") with { Type = "" }]);
        await Store.Recommendations.AddAsync(
            [new Recommended("r1", "u1", "champion", "g1", ["i1"], Clock.Now), new Recommended("r2", "u2", "champion", "g1", ["i1"], Clock.Now)]);
        await Store.Users.MergeAsync("s1", "s2");
        await Store.Users.MergeAsync("s2", "u1");
        UserChange erasure = await Store.Users.EraseAsync("u1");

        Assert.Equal(3, erasure.Events);
        List<LogEntry> log = await LogAsync(erasure.Position);
        Assert.Equal(2, log.Count);
        Assert.Equal("e4", Assert.IsType<LogEntry.EventAdded>(log[0]).Event.Id);
        Assert.Equal(
            [Store.HashOf("s1"), Store.HashOf("s2"), Store.HashOf("u1")],
            new[] { "s1", "s2", "u1" }.Select(Store.HashOf).Where(Assert.IsType<LogEntry.UserErased>(log[1]).Hashes.Contains));
        Assert.Empty(await Store.Events.HistoryAsync("u1", 10));
        Assert.Null(await Store.Recommendations.FindAsync("r1"));
        Assert.Equal("u2", (await Store.Recommendations.FindAsync("r2"))!.User);
        Assert.Equal(["e8"], (await Store.Events.RejectedAsync(10)).Select(one => one.Id));
        Assert.Equal(["s1", "s2", "u1"], (await Store.Users.ErasedAsync(["u2", "u1", "s2", "s1", "nobody"])).Order());
    }

    [Fact]
    public async Task Events_of_an_erased_user_are_rejected_until_it_is_readmitted()
    {
        await Store.Events.AppendAsync([Event("e1")]);
        await Store.Users.EraseAsync("u1");
        AppendResult imported = await Store.Events.AppendAsync([Event("e1"), Event("e2"), Event("e3", "u2")]);
        await Store.Recommendations.AddAsync([new Recommended("r1", "u1", "champion", "g1", [], Clock.Now)]);

        Assert.Equal((1, 0, 2), (imported.Accepted, imported.Duplicates, imported.Rejected));
        Assert.Empty(await Store.Events.HistoryAsync("u1", 10));
        Assert.Null((await Store.Recommendations.FindAsync("r1"))!.User);
        Assert.Equal(["e1", "e2"], (await Store.Events.RejectedAsync(10)).Select(one => one.Id).Order());
        Assert.All(await Store.Events.RejectedAsync(10), one => Assert.Null(one.User));
        Assert.All(await Store.Events.RejectedAsync(10), one => Assert.StartsWith("The user was erased,", one.Reason, StringComparison.Ordinal));
        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Users.MergeAsync("u1", "u2"));
        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Users.MergeAsync("u2", "u1"));

        Assert.True(await Store.Users.ReadmitAsync("u1"));
        Assert.False(await Store.Users.ReadmitAsync("u1"));
        Assert.Equal((2, 0), ((await Store.Events.AppendAsync([Event("e1"), Event("e2")])).Accepted, (await Store.Users.ErasedAsync(["u1"])).Count));
    }

    [Fact]
    public async Task A_user_whom_only_a_model_knows_can_be_erased_and_merged()
    {
        UserChange erasure = await Store.Users.EraseAsync("trained"), merge = await Store.Users.MergeAsync("s1", "u1");
        Assert.Equal((0, 0), (erasure.Events, merge.Events));
        List<LogEntry> log = await LogAsync(merge.Position);
        Assert.Equal([Store.HashOf("trained")], Assert.IsType<LogEntry.UserErased>(log[0]).Hashes);
        Assert.Equal(new LogEntry.UsersMerged(merge.Position, "s1", "u1"), log[1]);
        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Users.MergeAsync("u1", "u1"));
        await Assert.ThrowsAsync<InvalidInputException>(() => Store.Users.EraseAsync(""));
    }

    [Fact]
    public async Task No_event_outlives_an_erasure_that_comes_at_the_same_time()
    {
        Task<AppendResult>[] appends =
            [.. Enumerable.Range(0, 40).Select(number => Task.Run(() => Store.Events.AppendAsync([Event($"e{number}"), Event($"f{number}", "u2")])))];
        UserChange erasure = await Store.Users.EraseAsync("u1");
        AppendResult[] results = await Task.WhenAll(appends);

        Assert.Empty(await Store.Events.HistoryAsync("u1", 100));
        Assert.Equal(40, (await Store.Events.HistoryAsync("u2", 100)).Count);
        Assert.Equal(40 - erasure.Events, results.Sum(result => result.Rejected));
    }
}
