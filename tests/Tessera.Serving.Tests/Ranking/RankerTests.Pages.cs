using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Live;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Tests.Ranking;

public sealed partial class RankerTests
{
    [Theory]
    [InlineData("1", 0)]
    [InlineData("1", 0.5f)]
    [InlineData("stranger", 0)]
    public async Task Pages_never_repeat_and_end_with_the_last_item(string user, float diversity)
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        var shown = new List<string>();
        var request = new RecommendationRequest { User = user, Count = 5, Diversity = diversity, Pinned = ["23"] };
        int pages = 0;
        do
        {
            RecommendationResponse page = await shop.Recommend(request);
            shown.AddRange(page.Items.Select(item => item.Id));
            request = request with { Next = page.Next };
            if (pages++ == 1) // what comes in between is new, too
            {
                shop.Live.AddItems([LiveRuns.Like("left", 4), LiveRuns.Like("right", 20)]);
                shop.Arrive("left", "right");
                shop.Live.AddEvents("1", ["17"]);
            }
        }
        while (request.Next is not null);

        Assert.Equal(shown.Distinct(), shown);
        Assert.Contains("left", shown);
        Assert.Contains("right", shown);
        Assert.Equal("23", shown[0]);
        string[] left = [.. (await shop.Recommend(new() { User = user, Count = 100, Pinned = ["23"] })).Items.Select(item => item.Id)];
        Assert.Empty(left.Except(shown));
    }

    [Fact]
    public async Task Without_changes_pages_make_the_whole_list()
    {
        using var shop = new Shop(runs.Of("mf"));
        string[] whole = await shop.Ids(new() { User = "5", Count = 24 });
        var paged = new List<string>();
        string? next = null;
        do
        {
            RecommendationResponse page = await shop.Recommend(new() { User = "5", Count = 4, Next = next });
            paged.AddRange(page.Items.Select(item => item.Id));
            next = page.Next;
        }
        while (next is not null);
        Assert.Equal(whole, paged);
    }

    [Fact]
    public async Task A_list_stays_with_its_generation_while_that_is_served_and_goes_on_without_repeating_when_it_is_not()
    {
        using var shop = new Shop(runs.Of("lirdrec"));
        (_, OpenGeneration second) = Shop.Open(runs.Of("lightgcn"), "second");
        RecommendationResponse first = await shop.Recommend(new() { User = "1", Count = 4 });
        shop.Generations.Serve(second, shop.Generation, 0);

        RecommendationResponse pinned = await shop.Recommend(new() { User = "1", Count = 4, Next = first.Next });
        Assert.Equal(("first", "challenger"), (pinned.Model, pinned.Arm));
        Assert.Equal("second", (await shop.Recommend(new() { User = "1" })).Model);

        shop.Generations.Serve(second);
        Assert.True(shop.Generation.IsGone);
        RecommendationResponse moved = await shop.Recommend(new() { User = "1", Count = 20, Next = pinned.Next });
        Assert.Equal("second", moved.Model);
        Assert.Equal(12 - 8, moved.Items.Count); // half of the 24 are the user's own
        Assert.Empty(moved.Items.Select(item => item.Id).Intersect(first.Items.Concat(pinned.Items).Select(item => item.Id)));
    }

    [Fact]
    public async Task A_list_ends_at_a_thousand_items()
    {
        using var folder = new TemporaryDirectory();
        MadeUpRun.Write(folder.Path, users: 3, items: 1300, dimensions: 8);
        using var shop = new Shop(folder.Path);
        var request = new RecommendationRequest { User = "u1", Count = 300 };
        var sizes = new List<int>();
        var shown = new HashSet<string>();
        do
        {
            RecommendationResponse page = await shop.Recommend(request);
            Assert.All(page.Items, item => Assert.True(shown.Add(item.Id)));
            sizes.Add(page.Items.Count);
            request = request with { Next = page.Next };
        }
        while (request.Next is not null);
        Assert.Equal([300, 300, 300, 100], sizes);
    }

    [Fact]
    public async Task Swapping_while_many_ask_disturbs_nobody()
    {
        using var shop = new Shop(runs.Of("mf"));
        using var stop = new CancellationTokenSource();
        int answered = 0;
        Task[] askers = [.. Enumerable.Range(0, 4).Select(asker => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                RecommendationResponse response = await shop.Recommend(new() { User = $"{asker}", Count = 3 });
                Assert.Equal(3, response.Items.Count);
                Interlocked.Increment(ref answered);
            }
        }))];
        for (int n = 0; n < 20; n++)
        {
            (LiveRecommender live, OpenGeneration generation) = Shop.Open(runs.Of(n % 2 == 0 ? "lightgcn" : "mf"), $"g{n}");
            shop.Generations.Serve(generation);
            live.AddEvents("someone", ["1", $"{n}"]);
            int before = Volatile.Read(ref answered);
            SpinWait.SpinUntil(() => Volatile.Read(ref answered) > before + 5 || askers.Any(asker => asker.IsCompleted));
        }

        await stop.CancelAsync();
        await Task.WhenAll(askers);
        Assert.True(shop.Generation.IsGone);
    }
}
