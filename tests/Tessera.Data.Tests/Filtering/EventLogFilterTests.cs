using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Filtering;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Filtering;

public sealed class EventLogFilterTests : IDisposable
{
    private const long Day = 86_400;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Of_a_pair_the_earliest_event_within_the_limits_stays()
    {
        EventLog log = Write(
            new Made(0, 0, Time: 5, Rating: 2), new Made(0, 0, Time: 9, Rating: 5), new Made(0, 0, Time: 7, Rating: 4), new Made(0, 1, Time: 8, Rating: 3));

        Assert.Equal([("u0", "i0", 7L, 4f)], MadeEventLog.Named(Filter(log, new FilterOptions { MinimumRating = 4 })));
    }

    [Fact]
    public void The_first_and_the_last_day_are_kept_whole()
    {
        EventLog log = Write(
            new Made(0, 0, Day - 1), new Made(0, 1, Day), new Made(0, 2, (3 * Day) - 1), new Made(0, 3, 3 * Day), new Made(0, 4, -Day));

        EventLog filtered = Filter(log, new FilterOptions { From = new DateOnly(1970, 1, 2), To = new DateOnly(1970, 1, 3) });

        Assert.Equal(["i1", "i2"], filtered.ItemIds);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_limit_of_days_drops_events_without_a_time_and_counts_them(bool from, bool to)
    {
        EventLog log = Write(new Made(0, 0, Time: 0), new Made(0, 0, Time: 0), new Made(0, 1, Day), new Made(0, 2, Time: 0), new Made(0, 2, Day));
        var options = new FilterOptions { From = from ? new DateOnly(1960, 1, 1) : null, To = to ? new DateOnly(1970, 1, 3) : null };

        FilterResult result = EventLogFilter.Run(log, options, _directory.In("out"));

        Assert.Equal(["i1", "i2"], EventLog.Open(_directory.In("out")).ItemIds);
        Assert.Equal((3L, 5L, 3L), (result.Untimed, result.Before.Events, result.Before.Pairs));
        Assert.Equal(0, EventLogFilter.Run(log, new FilterOptions(), _directory.In("all")).Untimed);
    }

    [Fact]
    public void A_limit_of_ratings_drops_events_without_one()
    {
        EventLog log = Write(new Made(0, 0, Rating: float.NaN), new Made(0, 1, Rating: 1));

        Assert.Equal(["i1"], Filter(log, new FilterOptions { MinimumRating = 0 }).ItemIds);
    }

    [Fact]
    public void Names_item_table_and_features_follow_whatever_is_dropped() =>
        Prop.ForAll(MadeEventLog.Events.ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(), (events, rating) =>
        {
            using var own = new TemporaryDirectory();
            EventLog log = MadeEventLog.Write(own.In("in"), events, features: true);
            if (events.All(e => e.Rating < rating)) return true;
            EventLogFilter.Run(log, new FilterOptions { MinimumRating = rating }, own.In("out"));
            EventLog filtered = EventLog.Open(own.In("out"));
            var expected = events.Where(e => e.Rating >= rating)
                .GroupBy(e => (e.User, e.Item)).Select(pair => ($"u{pair.Key.User}", $"i{pair.Key.Item}", pair.Min(e => e.Time)));
            Assert.Equal(expected.Order(), MadeEventLog.Named(filtered).Select(e => (e.User, e.Item, e.Time)).Order());
            Assert.Equal(log.UserIds.Intersect(filtered.UserIds), filtered.UserIds);
            Assert.Equal(log.ItemIds.Intersect(filtered.ItemIds), filtered.ItemIds);
            Assert.Equal(filtered.ItemIds.Select(name => (name, $"title of {name}")), filtered.ItemTable().Select(item => (item.Id, item.Texts["title"])));
            FeatureFolder features = FeatureFolder.Read(own.In("out"));
            features.CheckItems(filtered.ItemIds, "items.tsv");
            Matrix image = Assert.Single(features.Modalities).Features;
            return filtered.ItemIds.Index().All(item => image[item.Index, 1] == MadeEventLog.FeatureOf(item.Item));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20250103, 33));

    [Fact]
    public void The_order_of_arrival_does_not_show_where_times_differ() =>
        Prop.ForAll(MadeEventLog.Events.ToArbitrary(), given =>
        {
            using var own = new TemporaryDirectory();
            Made[] events = [.. given.Select((e, i) => e with { Time = i })];
            EventLog forwards = MadeEventLog.Write(own.In("a"), events, numberFirst: true);
            EventLog backwards = MadeEventLog.Write(own.In("b"), [.. events.Reverse()], numberFirst: true);
            EventLogFilter.Run(forwards, new FilterOptions(), own.In("a2"));
            EventLogFilter.Run(backwards, new FilterOptions(), own.In("b2"));
            return MadeEventLog.Files(own.In("a2")).SequenceEqual(MadeEventLog.Files(own.In("b2")));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithReplay(20250104, 35));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Items_that_the_limits_empty_are_dropped_or_kept_last_if_they_have_a_record(bool keep)
    {
        EventLog log = WithRecords(
            [new Made(0, 0, Rating: 1), new Made(0, 1, Rating: 5), new Made(1, 2, Rating: 1), new Made(1, 3, Rating: 4)], ["i0", "i3", "i7"]);

        FilterResult result = EventLogFilter.Run(log, new FilterOptions { MinimumRating = 4, KeepItems = keep }, _directory.In("out"));

        EventLog filtered = EventLog.Open(_directory.In("out"));
        Assert.Equal((3, 2), (result.EmptiedItems, result.DescribedItems)); // i0, i2 and i7, whose record no event ever named
        Assert.Equal(keep ? ["i1", "i3", "i0", "i7"] : ["i1", "i3"], filtered.ItemIds);
        Assert.Equal(keep ? 2 : 0, filtered.ItemsWithoutEvents);
        Assert.Equal((2, keep ? 4 : 2), (result.After.Users, result.After.Items));
        Assert.Equal(
            (string?[])(keep ? [null, "of i3", "of i0", "of i7"] : [null, "of i3"]), filtered.ItemTable().Select(record => record.Texts.GetValueOrDefault("title")));
        Assert.Equal(keep ? """{"kCore":1,"minRating":4,"keepItems":true}""" : """{"kCore":1,"minRating":4}""", filtered.Steps[^1]["options"]!.ToJsonString());
    }

    [Fact]
    public void Features_alone_are_a_record_and_follow_the_items_that_are_kept()
    {
        EventLog log = MadeEventLog.Write(_directory.In("in"), [new(0, 2, Rating: 1), new(0, 1, Rating: 1), new(0, 4), new(0, 3, Rating: 1)], features: true, titles: false);

        FilterResult result = EventLogFilter.Run(log, new FilterOptions { MinimumRating = 2, KeepItems = true }, _directory.In("out"));

        EventLog filtered = EventLog.Open(_directory.In("out"));
        Assert.Equal((3, 2), (result.EmptiedItems, result.DescribedItems)); // i1 has no features
        Assert.Equal(["i4", "i2", "i3"], filtered.ItemIds);
        FeatureFolder features = FeatureFolder.Read(_directory.In("out"));
        features.CheckItems(filtered.ItemIds, "items.tsv");
        Matrix image = Assert.Single(features.Modalities).Features;
        Assert.Equal([5f, 3f, 4f], Enumerable.Range(0, 3).Select(item => image[item, 0]));
    }

    [Fact]
    public void The_step_is_recorded_with_its_limits_and_counts()
    {
        EventLog log = Write(new Made(0, 0, Rating: 5), new Made(0, 0, Rating: 4), new Made(1, 1, Rating: 2));

        EventLog filtered = Filter(log, new FilterOptions { MinimumRating = 3, To = new DateOnly(2020, 2, 29) });

        Assert.Equal("made", (string)filtered.Source["format"]!);
        Assert.Equal(["import", "filter"], filtered.Steps.Select(step => (string)step["step"]!));
        JsonObject step = filtered.Steps[1];
        Assert.Equal("""{"kCore":1,"minRating":3,"to":"2020-02-29"}""", step["options"]!.ToJsonString());
        Assert.Equal("""{"users":2,"items":2,"events":3,"pairs":2}""", step["before"]!.ToJsonString());
        Assert.Equal("""{"users":1,"items":1,"events":1,"pairs":1}""", step["after"]!.ToJsonString());
    }

    [Fact]
    public void What_does_not_fit_the_event_log_is_refused()
    {
        EventLog bare = Write(new Made(0, 0, Time: 0, Rating: float.NaN));

        AssertRefused("has no ratings", bare, new FilterOptions { MinimumRating = 1 });
        AssertRefused("has no times", bare, new FilterOptions { From = new DateOnly(2020, 1, 1) });
        AssertRefused("has no times", bare, new FilterOptions { To = new DateOnly(2020, 1, 1) });
        AssertRefused("k = 0; expected 1 or more", bare, new FilterOptions { KCore = 0 });
        AssertRefused("is NaN", bare, new FilterOptions { MinimumRating = float.NaN });
        AssertRefused(
            "(2020-01-02) is after the last (2020-01-01)", bare, new FilterOptions { From = new DateOnly(2020, 1, 2), To = new DateOnly(2020, 1, 1) });
        AssertRefused("No event of the event log", bare, new FilterOptions { KCore = 2 });
    }

    [Fact]
    public void Features_that_nothing_describes_are_refused()
    {
        EventLog log = Write(new Made(0, 0));
        NpyWriter.Write(FeatureFolder.PathOf(log.Directory, "audio"), Matrix.From(new float[,] { { 1 } }));

        AssertRefused("audio_feat.npy' is not described in modalities.json", log, new FilterOptions());
    }

    [Fact]
    public void Features_of_other_items_are_refused()
    {
        EventLog log = MadeEventLog.Write(_directory.In("in"), [new(0, 0), new(0, 1)], features: true);
        (FeatureManifest.ReadIfPresent(log.Directory)! with { ItemIds = FeatureManifest.HashOf(["i1", "i0"]) }).Write(log.Directory);

        AssertRefused("of other items, or in another order, than items.tsv names", log, new FilterOptions());
    }

    [Fact]
    public void A_canceled_filter_leaves_nothing()
    {
        EventLog log = Write(new Made(0, 0));

        Assert.ThrowsAny<OperationCanceledException>(
            () => EventLogFilter.Run(log, new FilterOptions(), _directory.In("out"), null, new CancellationToken(canceled: true)));

        Assert.Equal([_directory.In("in")], Directory.GetFileSystemEntries(_directory.Path));
    }

    private EventLog Write(params Made[] events) => MadeEventLog.Write(_directory.In("in"), events);

    private EventLog WithRecords(Made[] events, string[] described)
    {
        using (var writer = new EventLogWriter(_directory.In("in"), "made", new JsonObject { ["format"] = "made" }))
        {
            foreach (Made e in events) writer.Add(new Event(writer.User($"u{e.User}"), writer.Item($"i{e.Item}"), e.Time, e.Rating));
            foreach (string name in described) writer.AddItem(new ItemRecord(name, new Dictionary<string, string> { ["title"] = $"of {name}" }, null));
            writer.Complete(new JsonObject { ["step"] = "import" });
        }

        return EventLog.Open(_directory.In("in"));
    }

    private EventLog Filter(EventLog log, FilterOptions options)
    {
        EventLogFilter.Run(log, options, _directory.In("out"));
        return EventLog.Open(_directory.In("out"));
    }

    private void AssertRefused(string part, EventLog log, FilterOptions options)
    {
        string message = Assert.Throws<InvalidInputException>(() => EventLogFilter.Run(log, options, _directory.In("out"))).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.In("out")));
    }
}
