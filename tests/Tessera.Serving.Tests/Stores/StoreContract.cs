using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

/// <summary>What every store does, whatever the database.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    private protected SettableClock Clock { get; } = new();

    private protected Database Database { get; private set; } = null!;

    /// <summary>A namespace of the test's own.</summary>
    private protected Store Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await OpenDatabaseAsync();
        Store = await Database.OpenAsync(NewName());
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Database is not null) await Database.DisposeAsync();
    }

    private protected static string NewName() => $"test-{Guid.NewGuid():N}";

    /// <summary>Opens the same database once more.</summary>
    private protected abstract Task<Database> OpenDatabaseAsync();

    /// <summary>The entries of the log up to a position, which is there as soon as transactions that began before have ended.</summary>
    private protected async Task<List<LogEntry>> LogAsync(long through, long after = 0, Store? store = null)
    {
        var entries = new List<LogEntry>();
        if (through <= after) return entries;
        await foreach (IReadOnlyList<LogEntry> page in (store ?? Store).Log.FollowAsync(after))
        {
            entries.AddRange(page);
            if (entries[^1].Position >= through) break;
        }

        return entries;
    }

    private protected static UserEvent Event(string id, string user = "u1", string item = "i1", int second = 0, string? recommendation = null) =>
        new(id, user, item, "click", new DateTimeOffset(2026, 1, 1, 0, 0, 0, 0, TimeSpan.Zero).AddSeconds(second), recommendation);

    [Fact]
    public async Task Namespaces_keep_to_themselves()
    {
        Store other = await Database.OpenAsync(NewName());
        await Store.Events.AppendAsync([Event("e1")]);
        await Store.Items.PutAsync(new ItemDraft("i1"));
        AppendResult result = await other.Events.AppendAsync([Event("e1", "u2")]);

        Assert.Equal((1, 0), (result.Accepted, result.Duplicates));
        Assert.Empty(await other.Events.HistoryAsync("u1", 10));
        Assert.Null(await other.Items.FindAsync("i1"));
        LogEntry only = Assert.Single(await LogAsync(result.Position, store: other));
        Assert.Equal("u2", Assert.IsType<LogEntry.EventAdded>(only).Event.User);
        Assert.NotEqual(Store.HashOf("u1"), other.HashOf("u1"));
    }

    [Fact]
    public async Task A_namespace_is_the_same_when_it_is_opened_again()
    {
        await Store.Items.PutAsync(new ItemDraft("i1"));
        await using Database again = await OpenDatabaseAsync();
        Store same = await again.OpenAsync(Store.Name);

        Assert.Equal((Store.Number, Store.HashOf("u")), (same.Number, same.HashOf("u")));
        Assert.NotNull(await same.Items.FindAsync("i1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Shop")]
    [InlineData("shop\n")]
    [InlineData("a'b")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        Tessera.Data.InvalidInputException refused =
            await Assert.ThrowsAsync<Tessera.Data.InvalidInputException>(() => Database.OpenAsync(name));
        Assert.Contains("1 to 63 lower-case letters", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_process_at_a_time_trains_for_a_namespace()
    {
        await using Database elsewhere = await OpenDatabaseAsync();
        Store same = await elsewhere.OpenAsync(Store.Name), other = await elsewhere.OpenAsync(NewName());
        TrainerLock? first = await Store.TryLockTrainingAsync();
        Assert.NotNull(first);
        Assert.Null(await same.TryLockTrainingAsync());
        Assert.Null(await Store.TryLockTrainingAsync());
        TrainerLock? others = await other.TryLockTrainingAsync();
        Assert.NotNull(others);
        await others.DisposeAsync();
        await first.DisposeAsync();
        TrainerLock? second = await same.TryLockTrainingAsync();
        Assert.NotNull(second);
        Assert.False(second.Lost.IsCancellationRequested);
        await second.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_found_by_an_id_that_nothing_can_have()
    {
        await Store.Items.PutAsync(new ItemDraft("i1"));
        foreach (string id in new[] { "a\0b", "\ud800", "" })
        {
            Assert.Null(await Store.Items.FindAsync(id));
            Assert.Null(await Store.Items.ImageAsync(id));
            Assert.Empty(await Store.Items.VectorsAsync([id]));
            Assert.InRange((await Store.Items.PageAsync(id, 10)).Count + (await Store.Items.PageAsync(null, 10, id)).Count, 0, 2);
            Assert.Equal(ItemOutcome.Missing, (await Store.Items.DeleteAsync(id)).Outcome);
            Assert.Equal(ItemOutcome.Missing, (await Store.Items.PatchAsync(id, [])).Outcome);
            Assert.Empty(await Store.Events.HistoryAsync(id, 10));
            Assert.False(await Store.Users.ReadmitAsync(id));
            Assert.Empty(await Store.Users.ErasedAsync([id]));
            await Store.Recommendations.AddAsync([new Recommended("r1", id, "champion", "g1", [], Clock.Now)]);
            Assert.Null((await Store.Recommendations.FindAsync("r1"))!.User);
            Assert.Null(await Store.Recommendations.FindAsync(id));
            Assert.Null(await Store.Jobs.FindAsync(id));
            Assert.False(await Store.Generations.CrownAsync(id));
            Assert.False(await Database.Keys.RevokeAsync(Store, id));
            Assert.Null(await Database.Keys.FindAsync(id));
        }
    }

    [Fact]
    public async Task What_is_canceled_before_it_begins_is_not_done()
    {
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Items.PutAsync(new ItemDraft("i1"), cancel: canceled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Items.FindAsync("i1", canceled.Token));
        Assert.Null(await Store.Items.FindAsync("i1"));
    }
}
