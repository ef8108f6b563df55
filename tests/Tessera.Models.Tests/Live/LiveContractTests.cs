using System.Globalization;
using Tessera.Data;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Models.Tests.Live;

/// <summary>What a run of every model must do with items and users that come after training.</summary>
public sealed class LiveContractTests(LiveRuns runs) : IClassFixture<LiveRuns>
{
    /// <summary>Cosines as scores, and new items that count half.</summary>
    private const string Cosine = """{ "loss": "cosine", "coldItems": "neighbors", "coldItemFactor": 0.5 }""";

    /// <summary>Trained models, each with its own loss and by cosines.</summary>
    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (ModelDescription model in LiveRuns.Catalog.Models.Where(model => !model.IsItemBased))
            {
                runs.Add(model.Name, "{}");
                runs.Add(model.Name, Cosine);
            }

            return runs;
        }
    }

    public static TheoryData<string> ItemBased => [.. LiveRuns.Catalog.Models.Where(model => model.IsItemBased).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_session_is_recommended_its_own_kind(string name, string training)
    {
        using LiveRecommender live = Open(name, training);
        for (int user = 0; user < Checkerboard.Users; user++)
        {
            string[] liked = [.. LiveRuns.Board.Train.ItemsOf(user).ToArray().Take(4).Select(Id)];
            IReadOnlyList<RankedItem> items = live.Recommend(liked, Checkerboard.Items);

            Assert.Equal(Checkerboard.Items - 4, items.Count);
            Assert.All(items.Take(8), item => Assert.Equal(Checkerboard.GroupOf(user), Checkerboard.GroupOf(item.Item)));
            Assert.DoesNotContain(items, item => liked.Contains(item.Id));
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_new_user_is_known_from_the_first_event_and_their_items_are_left_out(string name, string training)
    {
        using LiveRecommender live = Open(name, training);
        Assert.Throws<InvalidInputException>(() => live.Recommend("ann", 3));
        live.AddEvents("ann", ["3"]);
        live.AddEvents("ann", ["5", "3"]);

        IReadOnlyList<RankedItem> items = live.Recommend("ann", Checkerboard.Items);

        Assert.Equal(live.Recommend(["5", "3"], Checkerboard.Items).Select(item => item.Item), items.Select(item => item.Item));
        Assert.Equal(Checkerboard.Items - 2, items.Count);
        Assert.All(items.Take(10), item => Assert.Equal(0, Checkerboard.GroupOf(item.Item)));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void News_of_a_known_user_moves_the_vector_towards_them(string name, string training)
    {
        using LiveRecommender live = Open(name, training);
        live.AddItem(LiveRuns.Like("left", 4));
        float gap = Gap();
        int[] before = [.. live.Recommend("2", 30).Select(item => item.Item)];
        live.AddEvents("2", ["14", "15", "16", "17"]);

        Assert.Equal(before.Except([14, 15, 16, 17]).Order(), live.Recommend("2", 30).Select(item => item.Item).Order());
        Assert.True(Gap() < gap, $"{Gap()} after, {gap} before.");

        float Gap()
        {
            IReadOnlyList<RankedItem> items = live.Recommend("2", 30);
            return items.Single(item => item.Id == "left").Score - items.Where(item => item.Item is >= 18 and < 24).Average(item => item.Score);
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_new_item_stands_among_its_kind_at_once(string name, string training)
    {
        using LiveRecommender live = Open(name, training);
        live.AddItems([LiveRuns.Like("left", 4), LiveRuns.Like("right", 20)]);
        if (training == Cosine) Assert.Equal(0.5, Math.Sqrt(live.VectorOf("left").Sum(value => (double)value * value)), 1e-5);
        for (int user = 0; user < Checkerboard.Users; user++)
        {
            (string own, string other) = Checkerboard.GroupOf(user) == 0 ? ("left", "right") : ("right", "left");
            IReadOnlyList<RankedItem> items = live.Recommend(Id(user), Checkerboard.Items + 2);
            Dictionary<string, float> scores = items.ToDictionary(item => item.Id, item => item.Score);
            float foreign = items.Where(item => item.Item < Checkerboard.Items && Checkerboard.GroupOf(item.Item) != Checkerboard.GroupOf(user)).Max(item => item.Score);
            Assert.True(scores[own] > foreign && scores[own] > scores[other], $"User {user}.");
        }

        Assert.All(live.Similar("left", 8), item => Assert.True(item.Item is < 12, item.Id));
        Assert.Contains(live.Similar("4", 12), item => item.Id == "left");
        Assert.All(live.Recommend(["right"], 8), item => Assert.Equal(1, Checkerboard.GroupOf(item.Item)));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Neither_order_nor_company_changes_a_new_item(string name, string training)
    {
        NewItem[] items = [.. Enumerable.Range(0, 9).Select(n => LiveRuns.Like($"new-{n}", 2 * n, 0.02f * n))];
        using LiveRecommender together = Open(name, training), reversed = Open(name, training), single = Open(name, training);
        together.AddItems(items);
        reversed.AddItems([.. items.Reverse()]);
        foreach (NewItem item in items) single.AddItem(item);

        foreach (NewItem item in items)
        {
            float[] vector = together.VectorOf(item.Id);
            Assert.Equal(vector, reversed.VectorOf(item.Id));
            Assert.Equal(vector, single.VectorOf(item.Id));
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Parts_of_the_users_items_and_the_users_own_make_the_score(string name, string training)
    {
        using LiveRecommender live = Open(name, training);
        live.AddItem(LiveRuns.Like("left", 4));
        live.AddEvents("7", ["20"]);
        foreach (int user in new[] { 0, 7, 23 })
        {
            foreach (RankedItem item in live.Recommend(Id(user), 30))
            {
                int known = LiveRuns.Board.Train.ItemsOf(user).Length + (user == 7 ? 1 : 0);
                Assert.Equal(known, item.Because.Select(part => part.Item).Distinct().Count());
                Assert.Equal(item.Because.Select(part => part.Part).OrderDescending(), item.Because.Select(part => part.Part));
            }
        }

        // A session has nothing of its own, so its items make all of the score.
        foreach (RankedItem item in live.Recommend(["1", "2", "left"], 30))
            Assert.Equal(item.Score, item.Because.Sum(part => part.Part), Math.Max(1e-6, Math.Abs(item.Score) * 1e-4));
    }

    [Theory]
    [MemberData(nameof(ItemBased))]
    public void Item_based_models_know_sessions_and_new_users_and_take_no_new_items(string name)
    {
        using LiveRecommender live = Open(name, "{}");
        string[] liked = ["12", "13", "14"];
        live.AddEvents("ann", liked);

        IReadOnlyList<RankedItem> items = live.Recommend(liked, Checkerboard.Items);

        Assert.Equal(Checkerboard.Items - 3, items.Count);
        Assert.DoesNotContain(items, item => liked.Contains(item.Id));
        if (name != "popularity") Assert.All(items.Take(8), item => Assert.Equal(1, Checkerboard.GroupOf(item.Item)));
        Assert.Equal(items.Select(item => (item.Item, item.Score)), live.Recommend("ann", Checkerboard.Items).Select(item => (item.Item, item.Score)));
        Assert.Throws<InvalidInputException>(() => live.AddItem(LiveRuns.Like("left", 4)));
    }

    private LiveRecommender Open(string name, string training) => LiveRecommender.Open(runs.Of(name, training), LiveRuns.Catalog);

    private static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);
}
