using Microsoft.Extensions.Logging.Abstractions;
using Tessera.Data;
using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Serving.Tests.Following;

/// <summary>What a model that follows the log knows, whatever the database, and whenever it was opened.</summary>
public abstract class FollowContract(LiveRuns runs) : IAsyncLifetime
{
    private const int Users = 8, Items = 10;
    private static readonly HashSet<string> Likes = ["like"];
    private Database _database = null!;
    private Store _store = null!;
    private int _events;

    public async ValueTask InitializeAsync()
    {
        _database = await OpenDatabaseAsync();
        _store = await _database.OpenAsync($"test-{Guid.NewGuid():N}");
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_database is not null) await _database.DisposeAsync();
    }

    private protected abstract Task<Database> OpenDatabaseAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_happened_a_restart_knows_the_same(int seed)
    {
        var random = new Random(seed);
        string run = runs.Copy("lirdrec");
        FollowedModel live = await OpenAsync(run);
        for (int operation = 1; operation <= 60; operation++)
        {
            await ChangeAsync(random);
            if (random.Next(3) > 0) await live.CatchUpAsync(CancellationToken.None);
            if (operation % 17 == 0 && live.Take() is { } snapshot) live.Save(snapshot);
            if (operation % 20 > 0) continue;
            await ReachEndAsync(live);
            FollowedModel fromSnapshot = await OpenAsync(run), fromLog = await OpenAsync(Copied(run));
            AssertSame(live, fromSnapshot);
            AssertSame(live, fromLog);
            live.Generation.Leave();
            fromLog.Generation.Leave();
            live = fromSnapshot;
        }

        live.Generation.Leave();
    }

    [Fact]
    public async Task A_damaged_snapshot_and_one_of_another_store_are_not_used()
    {
        string run = runs.Copy("lirdrec");
        FollowedModel live = await OpenAsync(run);
        await _store.Events.AppendAsync([Event("u1", "3")]);
        await ReachEndAsync(live);
        live.Save(live.Take()!);
        Assert.Null(live.Take());

        Store other = await _database.OpenAsync($"test-{Guid.NewGuid():N}");
        string foreign = SnapshotOf(run, other);
        Directory.CreateDirectory(foreign);
        foreach (string file in Directory.GetFiles(SnapshotOf(run, _store))) File.Copy(file, Path.Combine(foreign, Path.GetFileName(file)));
        FollowedModel another = await OpenAsync(run, other);
        Assert.Null(another.Generation.Live.Current.TryFindUser("u1"));
        Assert.Equal(0, another.Position);

        File.AppendAllText(Path.Combine(SnapshotOf(run, _store), "histories.json"), " ");
        FollowedModel again = await OpenAsync(run);
        AssertSame(live, again);
        foreach (FollowedModel model in new[] { live, another, again }) model.Generation.Leave();
    }

    [Fact]
    public async Task A_snapshot_from_beyond_the_end_of_the_log_is_deleted_before_the_log_gets_there_by_other_entries()
    {
        string run = runs.Copy("lirdrec");
        FollowedModel before = await OpenAsync(run);
        await _store.Events.AppendAsync([Event("u1", "3")]);
        await ReachEndAsync(before);
        Snapshot snapshot = before.Take()!;
        before.Save(snapshot with { Position = snapshot.Position + 1_000_000 }); // as it is where the store is brought back from a backup
        FollowedModel restored = await OpenAsync(run);
        AssertSame(before, restored);
        Assert.False(Directory.Exists(SnapshotOf(run, _store)));
        foreach (FollowedModel model in new[] { before, restored }) model.Generation.Leave();
    }

    [Fact]
    public async Task An_erased_user_is_in_no_later_snapshot()
    {
        string run = runs.Copy("lirdrec");
        FollowedModel live = await OpenAsync(run);
        await _store.Events.AppendAsync([Event("secret-user", "3"), Event("other", "4")]);
        await ReachEndAsync(live);
        live.Save(live.Take()!);
        Assert.False(live.IsUrgent);
        await _store.Users.EraseAsync("secret-user");
        await ReachEndAsync(live);
        Snapshot first = live.Take()!;
        Assert.True(live.IsUrgent); // until it is saved
        await _store.Users.EraseAsync("1");
        await ReachEndAsync(live);
        live.Save(first);
        Assert.True(live.IsUrgent); // what was erased meanwhile
        live.Save(live.Take()!);
        Assert.False(live.IsUrgent);
        string kept = File.ReadAllText(Path.Combine(SnapshotOf(run, _store), "histories.json"));
        Assert.Contains("other", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-user", kept, StringComparison.Ordinal);
        live.Generation.Leave();
    }

    [Fact]
    public async Task Whoever_liked_what_changed_is_computed_anew_though_the_store_failed_in_between()
    {
        int reads = int.MaxValue;
        var failing = new WatchedDatabase(_database, _ => --reads == 0 ? throw new StorageException("gone") : Task.CompletedTask);
        string run = runs.Copy("lirdrec");
        await PutAsync("n1", like: 2);
        await PutAsync("n2", like: 3);
        await _store.Events.AppendAsync([Event("u1", "n1"), Event("u2", "n2")]);
        FollowedModel live = await OpenAsync(run, await failing.OpenAsync(_store.Name));
        await ReachEndAsync(live);
        await PutAsync("n1", like: 20);
        await _store.Items.DeleteAsync("n2");
        ItemChange last = await PutAsync("n3", like: 4);
        while (await LogEnd.PositionAsync(_store, CancellationToken.None) < last.Position) await Task.Delay(1);
        reads = 4; // of the log, of n1 and its vectors, of n3
        await Assert.ThrowsAsync<StorageException>(() => live.CatchUpAsync(CancellationToken.None));
        Assert.Null(live.Generation.Live.Current.TryFindItem("n2")); // so far it came
        await ReachEndAsync(live);
        FollowedModel opened = await OpenAsync(Copied(run));
        AssertSame(opened, live);
        foreach (FollowedModel model in new[] { live, opened }) model.Generation.Leave();

        Task<ItemChange> PutAsync(string id, int like) => _store.Items.PutAsync(
            new ItemDraft(id), null, LiveRuns.Like(id, like).Features.ToDictionary(one => one.Key, one => new ItemVector(one.Value, null)), expected: null);
    }

    private static string SnapshotOf(string run, Store store) => Path.Combine(run, $"served-{store.Name}-{store.HashOf("snapshots")[..8]}");

    /// <summary>Catches up with all that was written, which cannot be read while a transaction of somebody else on the database is older.</summary>
    private async Task ReachEndAsync(FollowedModel model)
    {
        AppendResult last = await _store.Events.AppendAsync([Event("nobody", "0", "view")]);
        while (model.Position < last.Position)
        {
            await model.CatchUpAsync(CancellationToken.None);
            await Task.Delay(1);
        }
    }

    /// <summary>Something that a shop or a user does.</summary>
    private async Task ChangeAsync(Random random)
    {
        string user = UserId(random), item = random.Next(3) > 0 ? $"n{random.Next(Items)}" : $"{random.Next(24)}";
        switch (random.Next(10))
        {
            case <= 3:
                await _store.Events.AppendAsync([Event(user, item)]);
                break;
            case 4 or 5 or 6:
                var features = LiveRuns.Like(item, random.Next(24), random.Next(5) * 0.05f).Features.Where(_ => random.Next(4) > 0);
                await _store.Items.PutAsync(
                    new ItemDraft(item) { Hidden = random.Next(5) == 0, Attributes = new() { ["price"] = random.Next(100) } }, null,
                    features.ToDictionary(one => one.Key, one => new ItemVector(one.Value, null)), expected: null);
                break;
            case 7:
                await _store.Items.DeleteAsync(item);
                break;
            case 8:
                string into = UserId(random);
                if (into != user && (await _store.Users.ErasedAsync([user, into])).Count == 0) await _store.Users.MergeAsync(user, into);
                break;
            default:
                if (random.Next(3) == 0) await _store.Users.EraseAsync(user);
                else await _store.Users.ReadmitAsync(user);
                break;
        }
    }

    private UserEvent Event(string user, string item, string type = "like") => new($"e{_events++}", user, item, type, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Some users are those of training.</summary>
    private static string UserId(Random random) => random.Next(3) == 0 ? $"{random.Next(24)}" : $"u{random.Next(Users)}";

    private Task<FollowedModel> OpenAsync(string run, Store? store = null) => FollowedModel.OpenAsync(
        new StoredGeneration("first", run, [], TrainedTo: 0), store ?? _store, LiveRuns.Catalog, Likes, NullLogger.Instance, CancellationToken.None);

    private string Copied(string run)
    {
        string folder = runs.Folder("copied");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(run)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    private static void AssertSame(FollowedModel expected, FollowedModel actual)
    {
        TrainedRun one = expected.Generation.Live.Current, other = actual.Generation.Live.Current;
        string[] items = [.. Enumerable.Range(0, 24).Select(n => $"{n}"), .. Enumerable.Range(0, Items).Select(n => $"n{n}")];
        foreach (string item in items)
        {
            (int? here, int? there) = (one.TryFindItem(item), other.TryFindItem(item));
            Assert.Equal(here is null, there is null);
            if (here is null) continue;
            Assert.Equal(one.Additions.Hidden.Contains(here.Value), other.Additions.Hidden.Contains(there!.Value));
            AssertNear(one.ItemVectors.Row(here.Value), other.ItemVectors.Row(there.Value));
            Assert.Equal(PriceOf(expected, here.Value), PriceOf(actual, there.Value));
        }

        Assert.Equal(Latest(expected), Latest(actual));
        foreach (string user in Enumerable.Range(0, 24).Select(n => $"{n}").Concat(Enumerable.Range(0, Users).Select(n => $"u{n}")))
        {
            (int? here, int? there) = (Known(one, user), Known(other, user));
            Assert.Equal(here is null, there is null);
            if (here is null) continue;
            AssertNear(one.UserVector(here.Value), other.UserVector(there!.Value));
            Assert.Equal(one.KnownTo(here.Value).Select(one.ItemId).Order(), other.KnownTo(there.Value).Select(other.ItemId).Order());
        }

        Assert.Equal(expected.Position, actual.Position);
    }

    private static string[] Latest(FollowedModel model)
    {
        TrainedRun run = model.Generation.Live.Current;
        using ItemSet visible = model.Generation.Visible(run);
        return [.. model.Generation.Arrivals.Latest(visible, 5).Select(run.ItemId)];
    }

    private static int? Known(TrainedRun run, string user) => run.TryFindUser(user) is { } number && !run.IsUntrained(number) ? number : null;

    private static string PriceOf(FollowedModel model, int item)
    {
        if (!model.Generation.Attributes.Columns.ContainsKey("price")) return "";
        int[] prices = [.. Enumerable.Range(0, 100).Where(price =>
        {
            var rules = new Rules(new ItemFilter { All = [new AttributeCondition { Attr = "price", Eq = price }] }, [], model.Generation.Attributes);
            using var set = new ItemSet(model.Generation.Live.Current.ItemCount);
            set.Add(item);
            rules.Filter(set);
            return set.Contains(item);
        })];
        return string.Join(' ', prices);
    }

    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int d = 0; d < expected.Length; d++) Assert.Equal(expected[d], actual[d], 1e-5f);
    }
}
