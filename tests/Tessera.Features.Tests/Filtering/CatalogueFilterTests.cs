using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Compute.Tensors;
using Tessera.Features.Catalogues;
using Tessera.Features.Filtering;
using Tessera.Recommendation;
using Tessera.Recommendation.Data;

namespace Tessera.Features.Tests.Filtering;

public sealed class CatalogueFilterTests : IDisposable
{
    private const long Day = 86_400;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Of_a_pair_the_earliest_event_within_the_limits_stays()
    {
        Catalogue catalogue = Write(
            new Made(0, 0, Time: 5, Rating: 2), new Made(0, 0, Time: 9, Rating: 5), new Made(0, 0, Time: 7, Rating: 4), new Made(0, 1, Time: 8, Rating: 3));

        Assert.Equal([("u0", "i0", 7L, 4f)], MadeCatalogue.Named(Filter(catalogue, new FilterOptions { MinimumRating = 4 })));
    }

    [Fact]
    public void The_first_and_the_last_day_are_kept_whole()
    {
        Catalogue catalogue = Write(
            new Made(0, 0, Day - 1), new Made(0, 1, Day), new Made(0, 2, (3 * Day) - 1), new Made(0, 3, 3 * Day), new Made(0, 4, -Day));

        Catalogue filtered = Filter(catalogue, new FilterOptions { From = new DateOnly(1970, 1, 2), To = new DateOnly(1970, 1, 3) });

        Assert.Equal(["i1", "i2"], filtered.ItemNames);
    }

    [Fact]
    public void A_limit_of_ratings_drops_events_without_one()
    {
        Catalogue catalogue = Write(new Made(0, 0, Rating: float.NaN), new Made(0, 1, Rating: 1));

        Assert.Equal(["i1"], Filter(catalogue, new FilterOptions { MinimumRating = 0 }).ItemNames);
    }

    [Fact]
    public void Names_item_table_and_features_follow_whatever_is_dropped() =>
        Prop.ForAll(MadeCatalogue.Events.ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(), (events, rating) =>
        {
            using var own = new TemporaryDirectory();
            Catalogue catalogue = MadeCatalogue.Write(own.In("in"), events, features: true);
            if (events.All(e => e.Rating < rating)) return true;
            CatalogueFilter.Write(catalogue, new FilterOptions { MinimumRating = rating }, own.In("out"));
            Catalogue filtered = Catalogue.Open(own.In("out"));
            var expected = events.Where(e => e.Rating >= rating)
                .GroupBy(e => (e.User, e.Item)).Select(pair => ($"u{pair.Key.User}", $"i{pair.Key.Item}", pair.Min(e => e.Time)));
            Assert.Equal(expected.Order(), MadeCatalogue.Named(filtered).Select(e => (e.User, e.Item, e.Time)).Order());
            Assert.Equal(catalogue.UserNames.Intersect(filtered.UserNames), filtered.UserNames);
            Assert.Equal(catalogue.ItemNames.Intersect(filtered.ItemNames), filtered.ItemNames);
            Assert.Equal(filtered.ItemNames.Select(name => (name, $"title of {name}")), filtered.ItemTable().Select(item => (item.Id, item.Texts["title"])));
            FeatureFolder features = FeatureFolder.Read(own.In("out"));
            features.CheckItems(filtered.ItemNames, "items.tsv");
            Matrix image = Assert.Single(features.Modalities).Features;
            return filtered.ItemNames.Index().All(item => image[item.Index, 1] == MadeCatalogue.FeatureOf(item.Item));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20250103, 33));

    [Fact]
    public void The_order_of_arrival_does_not_show_where_times_differ() =>
        Prop.ForAll(MadeCatalogue.Events.ToArbitrary(), given =>
        {
            using var own = new TemporaryDirectory();
            Made[] events = [.. given.Select((e, i) => e with { Time = i })];
            Catalogue forwards = MadeCatalogue.Write(own.In("a"), events, numberFirst: true);
            Catalogue backwards = MadeCatalogue.Write(own.In("b"), [.. events.Reverse()], numberFirst: true);
            CatalogueFilter.Write(forwards, new FilterOptions(), own.In("a2"));
            CatalogueFilter.Write(backwards, new FilterOptions(), own.In("b2"));
            return MadeCatalogue.Files(own.In("a2")).SequenceEqual(MadeCatalogue.Files(own.In("b2")));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithReplay(20250104, 35));

    [Fact]
    public void The_step_is_recorded_with_its_limits_and_counts()
    {
        Catalogue catalogue = Write(new Made(0, 0, Rating: 5), new Made(0, 0, Rating: 4), new Made(1, 1, Rating: 2));

        Catalogue filtered = Filter(catalogue, new FilterOptions { MinimumRating = 3, To = new DateOnly(2020, 2, 29) });

        Assert.Equal("made", (string)filtered.Source["format"]!);
        Assert.Equal(["import", "filter"], filtered.Steps.Select(step => (string)step["step"]!));
        JsonObject step = filtered.Steps[1];
        Assert.Equal("""{"kCore":1,"minRating":3,"to":"2020-02-29"}""", step["options"]!.ToJsonString());
        Assert.Equal("""{"users":2,"items":2,"events":3,"pairs":2}""", step["before"]!.ToJsonString());
        Assert.Equal("""{"users":1,"items":1,"events":1,"pairs":1}""", step["after"]!.ToJsonString());
    }

    [Fact]
    public void What_does_not_fit_the_catalogue_is_refused()
    {
        Catalogue bare = Write(new Made(0, 0, Time: 0, Rating: float.NaN));

        AssertRefused("has no ratings", bare, new FilterOptions { MinimumRating = 1 });
        AssertRefused("has no times", bare, new FilterOptions { From = new DateOnly(2020, 1, 1) });
        AssertRefused("has no times", bare, new FilterOptions { To = new DateOnly(2020, 1, 1) });
        AssertRefused("k = 0; expected 1 or more", bare, new FilterOptions { KCore = 0 });
        AssertRefused("is NaN", bare, new FilterOptions { MinimumRating = float.NaN });
        AssertRefused(
            "(2020-01-02) is after the last (2020-01-01)", bare, new FilterOptions { From = new DateOnly(2020, 1, 2), To = new DateOnly(2020, 1, 1) });
        AssertRefused("No event of the catalogue", bare, new FilterOptions { KCore = 2 });
    }

    [Fact]
    public void Features_that_nothing_describes_are_refused()
    {
        Catalogue catalogue = Write(new Made(0, 0));
        NpyWriter.Write(FeatureFolder.PathOf(catalogue.Directory, "audio"), Matrix.From(new float[,] { { 1 } }));

        AssertRefused("audio_feat.npy' is not described in modalities.json", catalogue, new FilterOptions());
    }

    [Fact]
    public void Features_of_other_items_are_refused()
    {
        Catalogue catalogue = MadeCatalogue.Write(_directory.In("in"), [new(0, 0), new(0, 1)], features: true);
        (FeatureManifest.ReadIfPresent(catalogue.Directory)! with { ItemIds = FeatureManifest.HashOf(["i1", "i0"]) }).Write(catalogue.Directory);

        AssertRefused("of other items, or in another order, than items.tsv names", catalogue, new FilterOptions());
    }

    [Fact]
    public void A_cancelled_filter_leaves_nothing()
    {
        Catalogue catalogue = Write(new Made(0, 0));

        Assert.ThrowsAny<OperationCanceledException>(
            () => CatalogueFilter.Write(catalogue, new FilterOptions(), _directory.In("out"), null, new CancellationToken(canceled: true)));

        Assert.Equal([_directory.In("in")], Directory.GetFileSystemEntries(_directory.Path));
    }

    private Catalogue Write(params Made[] events) => MadeCatalogue.Write(_directory.In("in"), events);

    private Catalogue Filter(Catalogue catalogue, FilterOptions options)
    {
        CatalogueFilter.Write(catalogue, options, _directory.In("out"));
        return Catalogue.Open(_directory.In("out"));
    }

    private void AssertRefused(string part, Catalogue catalogue, FilterOptions options)
    {
        string message = Assert.Throws<InvalidInputException>(() => CatalogueFilter.Write(catalogue, options, _directory.In("out"))).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.In("out")));
    }
}
