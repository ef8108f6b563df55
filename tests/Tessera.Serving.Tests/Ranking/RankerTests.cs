using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;

namespace Tessera.Serving.Tests.Ranking;

/// <summary>What comes of a request, on runs of small models: two groups of twelve items, of which each user takes those of one.</summary>
public sealed partial class RankerTests(LiveRuns runs) : IClassFixture<LiveRuns>
{
    [Theory]
    [InlineData("lirdrec")]
    [InlineData("mf")]
    [InlineData("lightgcn")]
    [InlineData("ease")]
    [InlineData("item-knn")]
    [InlineData("popularity")]
    public async Task A_user_gets_what_the_run_recommends_to_the_last_bit(string model)
    {
        using var shop = new Shop(LiveRuns.Catalog.Find(model).IsItemBased ? ItemBased(model) : runs.Of(model));
        for (int user = 0; user < 24; user++)
        {
            RecommendationResponse response = await shop.Recommend(new() { User = $"{user}", Count = 24 });
            IReadOnlyList<RankedItem> expected = shop.Live.Recommend($"{user}", 24);
            Assert.Equal(expected.Select(item => (item.Id, item.Score)), response.Items.Select(item => (item.Id, item.Score)));
            Assert.All(response.Items, item => Assert.Equal(RecommendedItem.Personal, item.Reason));
            Assert.Equal(("first", "champion", null, 0), (response.Model, response.Arm, response.Next, response.Notes.Count));
        }
    }

    [Fact]
    public async Task What_the_behavior_of_others_adds_counts_and_new_items_have_none_of_it()
    {
        using var shop = new Shop(runs.Train("lirdrec", LiveRuns.Board, training: """{"behavior": "ease", "behaviorWeight": 0.5}"""));
        shop.Live.AddItem(LiveRuns.Like("left", 4));
        shop.Live.AddEvents("ann", ["left", "3"]);
        foreach (string user in (string[])["1", "20", "ann"])
        {
            RecommendationResponse response = await shop.Recommend(new() { User = user, Count = 30, Explain = true });
            IReadOnlyList<RankedItem> expected = shop.Live.Recommend(user, 30);
            Assert.Equal(expected.Select(item => (item.Id, item.Score)), response.Items.Select(item => (item.Id, item.Score)));
            Assert.All(response.Items.Zip(expected), pair => Assert.Equal(pair.Second.Shares, pair.First.Shares));
        }
    }

    [Fact]
    public async Task Who_is_unknown_gets_what_is_popular_and_new()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        shop.Live.AddItems([LiveRuns.Like("newer", 20), LiveRuns.Like("older", 4)]);
        shop.Arrive("older", "newer");
        foreach (string? user in (string?[])["stranger", null])
        {
            RecommendationResponse response = await shop.Recommend(new() { User = user, Count = 9, Diversity = 0.5f, Explain = true });
            Assert.Equal("newer", response.Items[3].Id);
            Assert.Equal("older", response.Items[7].Id);
            Assert.Equal([.. "pppnpppnp"], response.Items.Select(item => item.Reason[0]));
            Assert.All(response.Items.Where(item => item.Reason == RecommendedItem.Popular), item => Assert.Equal(9, item.Score));
            Assert.Equal(["Diversity had no effect, for the list does not come of vectors."], response.Notes);
            Assert.NotNull(response.Next);
        }
    }

    [Fact]
    public async Task A_session_counts_for_its_request_alone_and_what_is_unknown_in_it_is_ignored_with_a_note()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        RecommendationResponse response = await shop.Recommend(new() { Session = ["3", "nothing", "5"], Count = 10 });
        Assert.Equal(shop.Live.Recommend(["3", "5"], 10).Select(item => (item.Id, item.Score)), response.Items.Select(item => (item.Id, item.Score)));
        Assert.All(response.Items, item => Assert.Equal(RecommendedItem.Session, item.Reason));
        Assert.Equal(["The session's item 'nothing' is unknown, and was ignored."], response.Notes);

        RecommendationResponse stranger = await shop.Recommend(new() { User = "ann", Session = ["3", "5"], Count = 10 });
        Assert.Equal(response.Items.Select(item => item.Id), stranger.Items.Select(item => item.Id));
        Assert.Equal(RecommendedItem.Popular, (await shop.Recommend(new() { User = "ann" })).Items[0].Reason);

        string[] before = await shop.Ids(new() { User = "1", Count = 24 }), during = await shop.Ids(new() { User = "1", Session = ["20", "21"], Count = 24 });
        Assert.Equal(before.Except(["20", "21"]).Order(), during.Order());
        Assert.Equal(before, await shop.Ids(new() { User = "1", Count = 24 }));
        Assert.Equal(RecommendedItem.Personal, (await shop.Recommend(new() { User = "1", Session = ["20"] })).Items[0].Reason);

        RecommendationResponse unknown = await shop.Recommend(new() { Session = ["a", "b"] });
        Assert.Equal(["2 of the session's items, such as 'a', are unknown, and were ignored."], unknown.Notes);
        Assert.Equal(RecommendedItem.Popular, unknown.Items[0].Reason);
    }

    [Fact]
    public async Task Events_change_the_next_list_and_new_users_are_known_from_the_first()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        shop.Live.AddEvents("ann", ["3"]);
        RecommendationResponse response = await shop.Recommend(new() { User = "ann", Count = 24 });
        Assert.Equal(RecommendedItem.Personal, response.Items[0].Reason);
        Assert.DoesNotContain(response.Items, item => item.Id == "3");
        Assert.All(response.Items.Take(8), item => Assert.InRange(int.Parse(item.Id, System.Globalization.CultureInfo.InvariantCulture), 0, 11));
    }

    [Fact]
    public async Task Filter_exclusion_and_hiding_act_at_once()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        for (int item = 0; item < 24; item++) shop.Set($"{item}", ("price", item), ("brand", item % 2 == 0 ? "x" : "y"));
        string[] all = await shop.Ids(new() { User = "0", Count = 24 });
        string[] filtered = await shop.Ids(new() { User = "0", Count = 24, Filter = new() { All = [new() { Attr = "price", Le = 18 }], None = [new() { Attr = "brand", Eq = "y" }] } });
        Assert.Equal(all.Where(id => Number(id) <= 18 && Number(id) % 2 == 0), filtered);

        shop.Set(filtered[0], ("price", 100));
        Assert.Equal(filtered.Skip(1), await shop.Ids(new() { User = "0", Count = 24, Filter = new() { All = [new() { Attr = "price", Le = 18 }, new() { Attr = "brand", In = ["x"] }] } }));
        Assert.Equal(all.Except(["20", "13"]), await shop.Ids(new() { User = "0", Count = 24, Exclude = ["20", "13", "no such item"] }));
        shop.Live.HideItem(all[0]);
        shop.Live.RemoveItem(all[1]);
        Assert.Equal(all.Skip(2), await shop.Ids(new() { User = "0", Count = 24 }));
        shop.Live.ShowItem(all[0]);
        Assert.Equal(all.Except([all[1]]), await shop.Ids(new() { User = "0", Count = 24 }));
        RecommendationResponse none = await shop.Recommend(new() { User = "0", Filter = new() { All = [new() { Attr = "price", Gt = 1000 }] } });
        Assert.Equal((0, null), (none.Items.Count, none.Next));
    }

    [Fact]
    public async Task A_boost_raises_by_a_part_of_the_scores_size_and_pinned_items_come_first()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        string[] all = await shop.Ids(new() { User = "0", Count = 24 });
        shop.Set(all[5], ("own", true));
        RecommendationResponse plain = await shop.Recommend(new() { User = "0", Count = 24 });
        RecommendationResponse boosted = await shop.Recommend(new() { User = "0", Count = 24, Boost = [new() { Attr = "own", Eq = true, By = 0.25f }] });
        RecommendedItem before = plain.Items.Single(item => item.Id == all[5]), after = boosted.Items.Single(item => item.Id == all[5]);
        Assert.Equal(before.Score + (0.25f * Math.Abs(before.Score)), after.Score, 1e-5f);
        Assert.Equal(plain.Items.Where(item => item.Id != all[5]).Select(item => item.Score), boosted.Items.Where(item => item.Id != all[5]).Select(item => item.Score));

        string own = LiveRuns.Board.Train.ItemsOf(0)[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
        RecommendationResponse pinned = await shop.Recommend(new() { User = "0", Count = 5, Pinned = ["23", own, "no such item", all[0]], Exclude = [all[0]] });
        Assert.Equal(["23", own, .. all.Except(["23", all[0]]).Take(3)], pinned.Items.Select(item => item.Id));
        Assert.Equal([RecommendedItem.Promoted, RecommendedItem.Promoted, RecommendedItem.Personal], pinned.Items.Take(3).Select(item => item.Reason));
    }

    [Fact]
    public async Task Reasons_are_told_where_they_are_asked_for()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        Assert.All((await shop.Recommend(new() { User = "0" })).Items, item => Assert.Equal((0, 0), (item.Shares.Count, item.Because.Count)));
        foreach (RecommendedItem item in (await shop.Recommend(new() { Session = ["3", "5"], Explain = true, Count = 5 })).Items)
        {
            Assert.Equal(["image", "text", "shared"], item.Shares.Keys);
            Assert.Equal(item.Score, item.Shares.Values.Sum(), 1e-4f);
            Assert.Equal(["3", "5"], item.Because.Order());
        }
    }

    [Fact]
    public async Task A_batch_answers_each_as_it_is_answered_alone_and_refuses_one_by_one()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        RecommendationRequest[] requests =
        [
            .. Enumerable.Range(0, 150).Select(n => new RecommendationRequest
            {
                User = $"{n % 26}", Count = 1 + (n % 20), Session = n % 4 == 0 ? [$"{n % 24}"] : [], Exclude = [$"{n % 7}"], Diversity = n % 5 == 0 ? 0.4f : 0,
            }),
        ];
        IReadOnlyList<BatchEntry> entries = await shop.Ranker.RecommendBatchAsync([.. requests, new() { Count = 0 }]);
        Assert.Equal("'count' is 0; expected a whole number from 1 to 1,000.", entries[^1].Error);
        for (int n = 0; n < requests.Length; n++)
            Assert.Equal((await shop.Recommend(requests[n])).Items.Select(item => (item.Id, item.Score, item.Reason)), entries[n].Response!.Items.Select(item => (item.Id, item.Score, item.Reason)));
        Assert.Contains("expected 1 to 1,000 at once", (await Assert.ThrowsAsync<InvalidInputException>(() => shop.Ranker.RecommendBatchAsync([]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Similar_items_are_those_of_the_run_by_all_or_by_a_modality()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        shop.Live.AddItem(LiveRuns.Like("left", 4));
        SimilarResponse all = await shop.Ranker.FindSimilarAsync(new("4") { Count = 30 });
        IReadOnlyList<RankedItem> expected = shop.Live.Similar("4", 30);
        Assert.Equal(expected.Select(item => item.Id), all.Items.Select(item => item.Id));
        Assert.All(all.Items.Zip(expected), pair => Assert.Equal(pair.Second.Score, pair.First.Score, 1e-5f));
        Assert.Equal("left", (await shop.Ranker.FindSimilarAsync(new("4") { By = "image", Count = 1 })).Items[0].Id);
        Assert.All((await shop.Ranker.FindSimilarAsync(new("left") { By = "text", Count = 11 })).Items, item => Assert.InRange(Number(item.Id), 0, 11));
        Assert.DoesNotContain((await shop.Ranker.FindSimilarAsync(new("4") { Exclude = ["left"], Count = 30 })).Items, item => item.Id == "left");

        Assert.Equal("There is no item 'x'; expected the id of an item that was put and not deleted.", (await Assert.ThrowsAsync<UnknownItemException>(() => shop.Ranker.FindSimilarAsync(new("x")))).Message);
        Assert.Equal(
            "The model lirdrec does not tell likeness by 'smell'; expected 'all' or one of image, text, shared.",
            (await Assert.ThrowsAsync<InvalidInputException>(() => shop.Ranker.FindSimilarAsync(new("4") { By = "smell" }))).Message);
        using var ease = new Shop(ItemBased("ease"));
        Assert.Equal(ease.Live.Similar("4", 5).Select(item => (item.Id, item.Score)), (await ease.Ranker.FindSimilarAsync(new("4") { Count = 5 })).Items.Select(item => (item.Id, item.Score)));
    }

    [Fact]
    public async Task What_a_request_may_not_be_is_refused_with_what_is_expected()
    {
        using var shop = new Shop(runs.Of("mf"));
        (RecommendationRequest Request, string Expected)[] refused =
        [
            (new() { Count = 1001 }, "from 1 to 1,000"), (new() { User = " " }, "1 to 1,000 characters"), (new() { User = new string('u', 1001) }, "at most 1,000"),
            (new() { Diversity = 1.5f }, "from 0 to 1"), (new() { Diversity = float.NaN }, "from 0 to 1"), (new() { Placement = new string('p', 101) }, "at most 100"),
            (new() { Session = [.. Enumerable.Repeat("1", 1001)] }, "at most 1,000"), (new() { Pinned = [.. Enumerable.Repeat("1", 101)] }, "at most 100"),
            (new() { Exclude = [""] }, "1 to 1,000 characters"), (new() { Next = "x" }, "ask for the first page"),
        ];
        foreach ((RecommendationRequest request, string expected) in refused)
            Assert.Contains(expected, (await Assert.ThrowsAsync<InvalidInputException>(() => shop.Recommend(request))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shop.Ranker.RecommendAsync(new() { User = "1" }, new CancellationToken(canceled: true)));
        shop.Generations.Dispose();
        await Assert.ThrowsAsync<NoModelException>(() => shop.Recommend(new()));
    }

    /// <summary>The folder of an item-based model's run, whose models are not trained by epochs.</summary>
    private string ItemBased(string name)
    {
        string folder = runs.Folder(name);
        ModelDescription model = LiveRuns.Catalog.Find(name);
        using var device = new Device(1);
        new TrainingRun(LiveRuns.Board, model, OptionsBinder.Bind(model.OptionsType, []), new TrainingOptions(), 1, Protocol.Strict).Execute(folder, device);
        return folder;
    }

    private static int Number(string id) => id == "left" ? 4 : int.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
}
