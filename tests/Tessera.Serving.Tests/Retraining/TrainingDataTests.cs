using System.Globalization;
using Tessera.Data;
using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.Serving.Tests.Retraining;

public sealed class TrainingDataTests : IAsyncLifetime, IClassFixture<LiveRuns>
{
    private static readonly HashSet<string> Likes = ["like"];
    private readonly TemporaryDirectory _folder = new();
    private readonly string _run;
    private SqliteDatabase _database = null!;
    private Store _store = null!;
    private int _events;

    public TrainingDataTests(LiveRuns runs)
    {
        _run = runs.Copy("lirdrec"); // ids are numbers
    }

    public async ValueTask InitializeAsync()
    {
        _database = await SqliteDatabase.OpenAsync(_folder.In("store.db"), TimeProvider.System);
        _store = await _database.OpenAsync("shop");
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Test_is_trained_on_and_of_every_tenth_user_the_last_like_is_held_out()
    {
        foreach (int user in Enumerable.Range(0, 200))
            await Append($"n{user}", (2, "0"), (3, "1"), (1, "2")); // the second is the last
        Dataset data = Create(await Read());
        string[] held = [.. data.Validation.Pairs().Where(pair => data.UserIds![pair.User][0] == 'n').Select(pair => data.ItemId(pair.Item))];
        Assert.InRange(held.Length, 8, 35);
        Assert.All(held, item => Assert.Equal("1", item));
        Assert.Equal(600 - held.Length + LiveRuns.Board.Train.Count + LiveRuns.Board.Test.Count, data.Train.Count);
        Assert.Equal(LiveRuns.Board.Validation.Count + held.Length, data.Validation.Count);
        Assert.Equal(0, data.Test.Count);

        Dataset same = Create(await Read()), next = Create(await Read(), "the next champion");
        Assert.Equal(data.Validation.Pairs(), same.Validation.Pairs());
        Assert.NotEqual(data.Validation.Pairs(), next.Validation.Pairs()); // another tenth
    }

    [Fact]
    public async Task A_like_of_what_validation_holds_stays_there_and_one_is_never_all_that_is_held_out()
    {
        int item = LiveRuns.Board.Validation.ItemsOf(3)[0];
        await Append("3", (1, item.ToString(CultureInfo.InvariantCulture)));
        foreach (int user in Enumerable.Range(0, 100)) await Append($"n{user}", (1, "0"));
        Dataset data = Create(await Read());
        Assert.Contains((3, item), data.Validation.Pairs());
        Assert.DoesNotContain((3, item), data.Train.Pairs());
        Assert.Equal(LiveRuns.Board.Validation.Count, data.Validation.Count);
    }

    [Fact]
    public async Task Users_who_were_merged_by_way_of_others_are_one_and_who_was_erased_begins_anew()
    {
        await _store.Users.MergeAsync("1", "2");
        await _store.Users.MergeAsync("2", "somebody");
        await _store.Users.EraseAsync("4");
        await _store.Users.ReadmitAsync("4");
        await Append("4", (1, "23"));
        Dataset data = Create(await Read(), erased: "5");
        Assert.Equal(["1", "2", "5"], LiveRuns.Board.AllInteractions().Pairs().Select(pair => $"{pair.User}").Distinct().Except(data.UserIds!));
        Assert.Equal(["23"], ItemsOf(data, "4"));
        int[] theirs = [.. new[] { 1, 2 }.SelectMany(user => LiveRuns.Board.AllInteractions().ItemsOf(user).ToArray()).Distinct()];
        Assert.Equal(theirs.Select(item => $"{item}").Order(), ItemsOf(data, "somebody").Order());
        Assert.Null(Interactions.FindOverlap([data.Train, data.Validation]));
    }

    [Fact]
    public async Task Likes_of_an_item_count_when_it_comes_even_if_they_were_earlier_than_the_last_training()
    {
        await Append("3", (1, "later"), (1, "20"));
        long trainedTo = (await _store.Log.ReadAsync(0, 10))[^1].Position;
        await Append("3", (1, "21"));
        LoggedChanges changes = await Read(trainedTo);
        Assert.Equal(["21", "later"], changes.Likes.Keys.Select(like => like.Item).Order());
        Dataset data = Create(changes, catalog: [new TrainingItem("later", "Later\nthan others", new Dictionary<string, float[]>()), new TrainingItem("nobody's", null, new Dictionary<string, float[]>())]);
        Assert.Contains("later", ItemsOf(data, "3"));
        Assert.Contains("21", ItemsOf(data, "3"));
        Assert.Equal("Later than others", data.ItemTitles.Value![^1]);
        Assert.DoesNotContain("nobody's", data.ItemIds!); // there is nothing to tell of it
        Assert.True(data.Modalities[0].Missing[data.Items - 1]);
    }

    [Fact]
    public async Task What_was_added_to_the_folder_of_the_run_is_trained_on()
    {
        using (LiveRecommender live = LiveRecommender.Open(_run, LiveRuns.Catalog))
        {
            live.AddItem(LiveRuns.Like("added", 4));
            live.AddEvents("visitor", ["added", "5"]);
            live.RemoveItem("6");
            live.Save();
        }

        Dataset data = Create(await Read());
        Assert.Equal(["5", "added"], ItemsOf(data, "visitor").Order());
        Assert.DoesNotContain("6", data.ItemIds!);
        Assert.Equal(LiveRuns.Like("added", 4).Features["image"], data.Modalities.Single(one => one.Name == "image").Features.Row(data.Items - 1).ToArray());
        Assert.Equal(LiveRuns.Board.Modalities[0].Features.Row(7).ToArray(), data.Modalities[0].Features.Row(6).ToArray());
    }

    private Task<LoggedChanges> Read(long after = 0) =>
        LoggedChanges.ReadAsync(_store, after, long.MaxValue, Likes, item => int.TryParse(item, out _), CancellationToken.None);

    private Dataset Create(LoggedChanges changes, string salt = "champion", IReadOnlyList<TrainingItem>? catalog = null, string? erased = null)
    {
        using TrainedRun run = TrainedRun.Open(_run);
        return Resolved(new TrainingData(LiveRuns.Board, run, changes, catalog ?? [], user => changes.WasErased(user, _store), user => user == erased, salt).Create());
    }

    /// <summary>The data with titles that are read while the run is open.</summary>
    private static Dataset Resolved(Dataset data)
    {
        _ = data.ItemTitles.Value;
        return data;
    }

    private Task<AppendResult> Append(string user, params IEnumerable<(int Day, string Item)> likes) => _store.Events.AppendAsync(
        [.. likes.Select(like => new UserEvent($"e{_events++}", user, like.Item, "like", new DateTimeOffset(2026, 1, like.Day, 0, 0, 0, TimeSpan.Zero)))]);

    private static IEnumerable<string> ItemsOf(Dataset data, string user)
    {
        int number = data.UserIds!.ToList().IndexOf(user);
        return new[] { data.Train, data.Validation }.SelectMany(split => split.ItemsOf(number).ToArray()).Select(data.ItemId);
    }
}
