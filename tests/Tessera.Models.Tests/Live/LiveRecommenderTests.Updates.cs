using Tessera.Models.Tests.Contract;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;

namespace Tessera.Models.Tests.Live;

/// <summary>Items that are given again.</summary>
public sealed partial class LiveRecommenderTests
{
    [Fact]
    public void An_updated_item_moves_and_one_of_training_keeps_what_it_learned()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        live.AddItem(LiveRuns.Like("new", 4));
        float[] before = Vector(live, "4");
        live.UpdateItem(LiveRuns.Like("4", 4, nudge: 0));
        Assert.All(before.Zip(Vector(live, "4")), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        live.UpdateItem(LiveRuns.Like("new", 20));

        Assert.All(live.Similar("new", 8), item => Assert.Equal(1, Checkerboard.GroupOf(item.Item)));
    }

    [Fact]
    public void An_update_of_a_new_item_leaves_alone_what_it_does_not_give_even_after_saving()
    {
        string folder = runs.Copy("lirdrec");
        using (LiveRecommender live = Open(folder))
        {
            live.AddItems([LiveRuns.Like("new", 4) with { Title = "a thing" }, Mixed("whole", Only("", "image", 20), Only("", "text", 4))]);
            live.Save();
        }

        using LiveRecommender again = Open(folder);
        again.UpdateItem(Only("new", "image", 20));
        Assert.Equal(Vector(again, "whole"), Vector(again, "new"));
        Assert.Equal("a thing", again.Recommend("3", 30).Single(item => item.Id == "new").Title);
        again.UpdateItem(Only("new", "text", 20) with { Title = "another\nthing" });
        again.UpdateItem(LiveRuns.Like("whole", 20));
        Assert.Equal(Vector(again, "whole"), Vector(again, "new"));
        Assert.Equal("another thing", again.Recommend("3", 30).Single(item => item.Id == "new").Title);
    }

    [Theory]
    [InlineData("lirdrec")]
    [InlineData("vbpr")]
    public void Users_who_have_an_updated_item_take_from_it_what_it_is_now(string name)
    {
        using LiveRecommender early = Open(runs.Of(name)), late = Open(runs.Of(name));
        early.AddItem(LiveRuns.Like("new", 4));
        late.AddItem(LiveRuns.Like("new", 20));
        foreach ((string user, string item) in new[] { ("ann", "new"), ("3", "new"), ("bob", "5") })
        {
            early.AddEvents(user, [item]);
            late.AddEvents(user, [item]);
        }

        float[] bob = Vector("bob", early);
        early.UpdateItem(LiveRuns.Like("new", 20));

        foreach (string user in new[] { "ann", "3" }) Assert.Equal(Vector(user, late), Vector(user, early));
        Assert.Equal(bob, Vector("bob", early));

        static float[] Vector(string user, LiveRecommender live) => live.Current.UserVector(live.Current.FindUser(user)).ToArray();
    }

    [Fact]
    public void A_new_user_of_whom_nothing_is_left_is_a_stranger_and_comes_back()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        live.SetNews([("ann", [4]), ("bob", [5]), ("3", [20])]);
        IReadOnlyList<RankedItem> before = live.Recommend("ann", 5);
        live.SetNews([("ann", []), ("3", [])]);

        Assert.Contains("'ann'", Refusal(() => live.Recommend("ann", 5)), StringComparison.Ordinal);
        Assert.NotEmpty(live.Recommend("3", 5));
        Assert.Equal([true, false], new[] { Checkerboard.Users, Checkerboard.Users + 1 }.Select(live.Current.IsUntrained));
        live.SetNews([("ann", [4])]);
        Assert.Equal(before.Select(item => (item.Id, item.Score)), live.Recommend("ann", 5).Select(item => (item.Id, item.Score)));
    }

    [Fact]
    public void Events_without_an_item_are_refused_of_any_user()
    {
        using LiveRecommender live = Open(runs.Of("lirdrec"));
        foreach (string user in new[] { "ann", "3" })
            Assert.Equal("No item is named; expected the ids of one or more.", Refusal(() => live.AddEvents(user, [])));
    }

    [Theory]
    [InlineData("lirdrec", "{}")]
    [InlineData("lirdrec", """{"featureScaling": "standardize", "featureDimensions": 4}""")]
    [InlineData("vbpr", "{}")]
    public void An_update_of_a_trained_item_leaves_alone_what_it_does_not_give(string name, string training)
    {
        string folder = runs.Train(name, LiveRuns.Board, training: training);
        using LiveRecommender parts = Open(folder), whole = Open(folder);
        float[] trained = Vector(parts, "4");
        parts.UpdateItem(Only("4", "image", 4, nudge: 0));
        Assert.All(trained.Zip(Vector(parts, "4")), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        foreach (string modality in new[] { "image", "text" })
        {
            parts.UpdateItem(Only("4", modality, 20));
            whole.UpdateItem(modality == "image" ? Mixed("4", Only("", "image", 20), Only("", "text", 4, nudge: 0)) : LiveRuns.Like("4", 20));
            Assert.All(Vector(whole, "4").Zip(Vector(parts, "4")), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }

        Assert.NotEqual(trained, Vector(parts, "4"));
    }

    [Fact]
    public void A_trained_item_takes_a_new_title_with_or_without_features()
    {
        string folder = runs.Copy("lirdrec");
        using (LiveRecommender live = Open(folder))
        {
            float[] before = Vector(live, "4");
            live.UpdateItem(new NewItem("4", new Dictionary<string, float[]>()) { Title = "red shoes" });
            live.UpdateItem(LiveRuns.Like("5", 5) with { Title = "blue shoes" });
            Assert.Equal(before, Vector(live, "4"));
            live.Save();
        }

        using TrainedRun run = TrainedRun.Open(folder);
        IReadOnlyList<RankedItem> items = run.Similar(run.FindItem("6"), 30);
        Assert.Equal(["red shoes", "blue shoes"], new[] { "4", "5" }.Select(id => items.Single(item => item.Id == id).Title));
        Assert.Equal("red shoes", run.ItemTitles![4]);
        Assert.Null(run.TrainedTitles);
    }
}
