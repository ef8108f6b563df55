using System.Globalization;
using Tessera.Data;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;

namespace Tessera.Models.Tests.Live;

/// <summary>What a run of every model must do with items and users that come after training.</summary>
public sealed class LiveContractTests(LiveRuns runs) : IClassFixture<LiveRuns>
{
    public static TheoryData<string> Names => [.. LiveRuns.Catalog.Models.Where(model => !model.IsItemBased).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_session_is_recommended_its_own_kind(string name)
    {
        using LiveRecommender live = Open(name);
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
    [MemberData(nameof(Names))]
    public void A_new_user_is_known_from_the_first_event_and_their_items_are_left_out(string name)
    {
        using LiveRecommender live = Open(name);
        Assert.Throws<InvalidInputException>(() => live.Recommend("ann", 3));
        live.AddEvents("ann", ["3"]);
        live.AddEvents("ann", ["5", "3"]);

        IReadOnlyList<RankedItem> items = live.Recommend("ann", Checkerboard.Items);

        Assert.Equal(live.Recommend(["5", "3"], Checkerboard.Items).Select(item => item.Item), items.Select(item => item.Item));
        Assert.Equal(Checkerboard.Items - 2, items.Count);
        Assert.All(items.Take(10), item => Assert.Equal(0, Checkerboard.GroupOf(item.Item)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void News_of_a_known_user_moves_the_vector_towards_them(string name)
    {
        using LiveRecommender live = Open(name);
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
    [MemberData(nameof(Names))]
    public void A_new_item_stands_among_its_kind_at_once(string name)
    {
        using LiveRecommender live = Open(name);
        live.AddItems([LiveRuns.Like("left", 4), LiveRuns.Like("right", 20)]);
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
    [MemberData(nameof(Names))]
    public void Neither_order_nor_company_changes_a_new_item(string name)
    {
        NewItem[] items = [.. Enumerable.Range(0, 9).Select(n => LiveRuns.Like($"new-{n}", 2 * n, 0.02f * n))];
        using LiveRecommender together = Open(name), reversed = Open(name), single = Open(name);
        together.AddItems(items);
        reversed.AddItems([.. items.Reverse()]);
        foreach (NewItem item in items) single.AddItem(item);

        foreach (NewItem item in items)
        {
            float[] vector = Vector(together, item.Id);
            Assert.Equal(vector, Vector(reversed, item.Id));
            Assert.Equal(vector, Vector(single, item.Id));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_of_the_users_items_and_the_users_own_make_the_score(string name)
    {
        using LiveRecommender live = Open(name);
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

    private LiveRecommender Open(string name) => LiveRecommender.Open(runs.Of(name), LiveRuns.Catalog);

    private static float[] Vector(LiveRecommender live, string id) => live.Current.ItemVectors.Row(live.Current.FindItem(id)).ToArray();

    private static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);
}
