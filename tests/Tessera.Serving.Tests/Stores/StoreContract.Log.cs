using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task The_log_is_read_from_any_position_in_pages()
    {
        AppendResult last = await Store.Events.AppendAsync([.. Enumerable.Range(0, 7).Select(number => Event($"e{number}"))]);
        List<LogEntry> all = await LogAsync(last.Position);
        IReadOnlyList<LogEntry> page = await Store.Log.ReadAsync(all[1].Position, 3);

        Assert.Equal(7, all.Count);
        Assert.Equal(all.Skip(2).Take(3), page);
        Assert.Equal(all.Skip(5), await Store.Log.ReadAsync(page[^1].Position, 3));
        Assert.Empty(await Store.Log.ReadAsync(last.Position, 3));
    }

    [Fact]
    public async Task Who_follows_is_woken_by_what_another_process_stores()
    {
        await using Database elsewhere = await OpenDatabaseAsync();
        Store other = await elsewhere.OpenAsync(Store.Name);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using IAsyncEnumerator<IReadOnlyList<LogEntry>> following = Store.Log.FollowAsync(0, patience.Token).GetAsyncEnumerator(patience.Token);
        foreach (string id in new[] { "e1", "e2", "e3" })
        {
            ValueTask<bool> next = following.MoveNextAsync();
            await other.Events.AppendAsync([Event(id)], cancel: patience.Token);
            Assert.True(await next);
            Assert.Equal(id, Assert.IsType<LogEntry.EventAdded>(Assert.Single(following.Current)).Event.Id);
        }
    }

    [Fact]
    public async Task Who_follows_is_not_woken_by_what_does_not_come_into_the_log()
    {
        Task rung = Store.Database.Bell.Next;
        await Store.Jobs.AddAsync("train", null);
        await Store.Jobs.AddAsync("train", null); // which is stored after the bell would have rung for the first
        Assert.False(rung.IsCompleted);
        await Store.Events.AppendAsync([Event("e1")]);
        await rung.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Following_ends_when_it_is_canceled()
    {
        using var ending = new CancellationTokenSource();
        Task following = Task.Run(async () =>
        {
            await foreach (IReadOnlyList<LogEntry> _ in Store.Log.FollowAsync(0, ending.Token)) await ending.CancelAsync();
        });
        await Store.Events.AppendAsync([Event("e1")]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    [Fact]
    public async Task A_follower_misses_nothing_of_many_writers()
    {
        await using Database elsewhere = await OpenDatabaseAsync();
        Store[] stores = [Store, await elsewhere.OpenAsync(Store.Name)];
        Task<long>[] writers = [.. Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            long last = 0;
            for (int number = 0; number < 25; number++)
            {
                last = number % 5 == 4 ? (await stores[writer % 2].Items.PutAsync(new ItemDraft($"i{writer}-{number}"))).Position
                    : (await stores[writer % 2].Events.AppendAsync([Event($"{writer}-{number}-a"), Event($"{writer}-{number}-b")])).Position;
            }

            return last;
        }))];
        var seen = new List<LogEntry>();
        long? end = null;
        await foreach (IReadOnlyList<LogEntry> page in Store.Log.FollowAsync(0))
        {
            seen.AddRange(page);
            if (end is null && writers.All(writer => writer.IsCompleted)) end = (await Task.WhenAll(writers)).Max();
            if (seen.Count >= 8 * 45) break;
        }

        Assert.True(seen.Zip(seen.Skip(1)).All(pair => pair.First.Position < pair.Second.Position));
        Assert.Equal(8 * 40, seen.OfType<LogEntry.EventAdded>().DistinctBy(entry => entry.Event.Id).Count());
        Assert.Equal(8 * 5, seen.OfType<LogEntry.ItemChanged>().DistinctBy(entry => entry.Item).Count());
        Assert.Equal(seen[^1].Position, (await Task.WhenAll(writers)).Max());
    }
}
