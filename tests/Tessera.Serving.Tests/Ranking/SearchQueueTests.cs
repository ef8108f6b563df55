using Tessera.Compute.Devices;
using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;
using Tessera.Serving.Ranking;

namespace Tessera.Serving.Tests.Ranking;

public sealed class SearchQueueTests : IDisposable
{
    private const int Users = 70, Items = 1000, Most = 20;
    private readonly TemporaryDirectory _folder = new();
    private readonly LiveRecommender _live;

    public SearchQueueTests()
    {
        MadeUpRun.Write(_folder.Path, Users, Items, dimensions: 200);
        _live = LiveRecommender.Open(_folder.Path, LiveRuns.Catalog);
    }

    private TrainedRun Run => _live.Current;

    [Fact]
    public async Task A_search_finds_the_same_bits_alone_and_in_any_company()
    {
        using var queue = new SearchQueue(threads: 1);
        var alone = new List<RankedScore>[Users];
        for (int user = 0; user < Users; user++) alone[user] = await Find(queue, user);
        Assert.Equal((Users, Users), (queue.Passes, queue.Searches));

        using var pass = new SearchPass();
        foreach (int company in (int[])[1, 2, 7, 8, 9, 16, 17, 31, SearchQueue.MaxBatch])
        {
            ItemSet[] allowed = [.. Enumerable.Range(0, company).Select(Allowed)];
            List<Search> searches = [.. allowed.Select((set, user) => new Search(Run, set, Most) { Query = Run.UserVector(user).ToArray() })];
            Assert.Null(pass.Run(searches));
            Assert.Equal(alone.Take(company), searches.Select(search => search.Found()));
            foreach (IDisposable used in searches.Concat<IDisposable>(allowed)) used.Dispose();
        }

        Assert.Equal(alone, await Task.WhenAll(Enumerable.Range(0, Users).Select(user => Find(queue, user))));
        Assert.Equal(2 * Users, queue.Searches);
        for (int user = 0; user < Users; user++)
        {
            float[] vector = Run.UserVector(user).ToArray();
            double[] scores = [.. Enumerable.Range(0, Items).Select(item => Run.ItemVectors.Row(item).ToArray().Zip(vector, (a, b) => (double)a * b).Sum())];
            Assert.Equal(Enumerable.Range(0, Items).Where(item => item % 7 != user % 7).OrderByDescending(item => scores[item]).Take(Most), alone[user].Select(found => found.Item));
            Assert.All(alone[user], found => Assert.Equal(scores[found.Item], found.Score, 1e-3));
        }
    }

    [Fact]
    public async Task Several_threads_find_the_same()
    {
        using SearchQueue one = new(threads: 1), three = new(threads: 3);
        List<RankedScore>[] expected = await Task.WhenAll(Enumerable.Range(0, Users).Select(user => Find(one, user)));
        for (int n = 0; n < 5; n++) Assert.Equal(expected, await Task.WhenAll(Enumerable.Range(0, Users).Select(user => Find(three, user))));
    }

    [Fact]
    public async Task Factors_additions_and_boosts_make_the_score_in_that_order()
    {
        using var queue = new SearchQueue(threads: 1);
        using ItemSet allowed = Allowed(3);
        float[] factors = [.. Enumerable.Range(0, Items).Select(item => 1f / (1 + (item % 5)))];
        using var plain = new Search(Run, allowed, Items) { Query = Run.UserVector(3).ToArray() };
        using var full = new Search(Run, allowed, Items) { Query = Run.UserVector(3).ToArray(), Factors = factors };
        Span<float> added = full.Add();
        for (int item = 0; item < Items; item++) added[item] = item % 3;
        full.Boost(Quarters(1));

        await Task.WhenAll(queue.Run(plain), queue.Run(full));

        Dictionary<int, float> dots = plain.Found().ToDictionary(found => found.Item, found => found.Score);
        List<RankedScore> found = full.Found();
        Assert.Equal(dots.Count, found.Count);
        foreach (RankedScore one in found)
        {
            double score = (dots[one.Item] * factors[one.Item]) + (one.Item % 3);
            Assert.Equal(score + (Math.Abs(score) * (one.Item % 4) / 4), one.Score, 1e-4);
        }

        Assert.Equal(found.OrderByDescending(one => one.Score).ThenBy(one => one.Item), found);
    }

    [Theory]
    [InlineData(0.2f)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-0.3f)]
    public async Task Few_places_and_boosts_find_the_head_of_the_whole_list(float most)
    {
        using var queue = new SearchQueue(threads: 1);
        for (int user = 0; user < 10; user++)
        {
            using ItemSet allowed = Allowed(user);
            using Search some = new(Run, allowed, Most) { Query = Run.UserVector(user).ToArray() }, all = new(Run, allowed, Items) { Query = Run.UserVector(user).ToArray() };
            some.Boost(Quarters(most));
            all.Boost(Quarters(most));
            await Task.WhenAll(queue.Run(some), queue.Run(all));
            Assert.Equal(all.Found().Take(Most), some.Found());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5f)]
    [InlineData(-0.3f)]
    public async Task Whole_numbers_that_stand_for_vectors_change_no_bit_of_what_is_found(float boost)
    {
        Assert.SkipUnless(QuantizedRows.IsSupported, "This machine has no operations on bytes (AVX2).");
        const int Few = 3;
        using var queue = new SearchQueue(threads: 1);
        ItemSet[] allowed = [.. Enumerable.Range(0, Users).Select(Allowed)];
        Search[] whole = Searches(null), quantized = Searches(new QuantizedRows(Run.ItemVectors));
        Assert.All(quantized, search => Assert.True(search.IsQuantized));
        Assert.All(whole, search => Assert.False(search.IsQuantized));

        await Task.WhenAll(whole.Concat(quantized).Select(queue.Run));

        for (int user = 0; user < Users; user++) Assert.Equal(whole[user].Found(), quantized[user].Found());
        foreach (IDisposable used in allowed.Concat<IDisposable>(whole).Concat(quantized)) used.Dispose();

        Search[] Searches(QuantizedRows? rows)
        {
            Search[] searches = [.. allowed.Select((set, user) => new Search(Run, set, Few) { Query = Run.UserVector(user).ToArray(), Quantized = rows })];
            if (boost != 0)
                foreach (Search search in searches) search.Boost(Quarters(boost));
            return searches;
        }
    }

    [Fact]
    public async Task Where_whole_numbers_tell_nothing_the_vectors_themselves_are_gone_through()
    {
        Assert.SkipUnless(QuantizedRows.IsSupported, "This machine has no operations on bytes (AVX2).");
        using var folder = new TemporaryDirectory();
        MadeUpRun.Write(folder.Path, 5, 4000, dimensions: 16);
        using LiveRecommender live = LiveRecommender.Open(folder.Path, LiveRuns.Catalog);
        TrainedRun run = live.Current;
        using var queue = new SearchQueue(threads: 1);
        using var allowed = new ItemSet(run.ItemCount);
        for (int item = 0; item < run.ItemCount; item++) allowed.Add(item);
        float[] tiny = [.. run.UserVector(0).ToArray().Select(x => 1e-17f * x)];
        using Search whole = new(run, allowed, 5) { Query = tiny }, quantized = new(run, allowed, 5) { Query = tiny, Quantized = new QuantizedRows(run.ItemVectors) };
        await Task.WhenAll(queue.Run(whole), queue.Run(quantized));
        Assert.Null(quantized.Quantized);
        Assert.Equal(whole.Found(), quantized.Found());
    }

    [Fact]
    public async Task Few_items_allowed_are_gone_through_at_once_with_the_same_bits()
    {
        using var queue = new SearchQueue(threads: 1);
        Dictionary<int, RankedScore> all = (await Find(queue, 2, Items)).ToDictionary(found => found.Item);
        foreach (int[] few in (int[][])[[], [999], [0, 1, 63, 64, 127, 129], [640, 641, 642, 643, 703], [960, 998]])
        {
            long passes = queue.Passes;
            using var allowed = new ItemSet(Items);
            foreach (int item in few) allowed.Add(item);
            using var search = new Search(Run, allowed, Most) { Query = Run.UserVector(2).ToArray() };
            Assert.True(search.IsSparse);
            await queue.Run(search);
            Assert.Equal(passes, queue.Passes);
            Assert.Equal(few.Select(item => all[item]).OrderByDescending(found => found.Score).Take(Most), search.Found());
        }
    }

    [Fact]
    public async Task A_search_that_was_canceled_before_it_began_ends_so_and_leaves_the_others_alone()
    {
        using var queue = new SearchQueue(threads: 1);
        using ItemSet allowed = Allowed(0);
        using Search canceled = new(Run, allowed, Most) { Query = Run.UserVector(0).ToArray(), Cancellation = new CancellationToken(canceled: true) };
        Task[] others = [.. Enumerable.Range(0, 5).Select(user => (Task)Find(queue, user))];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.Run(canceled));
        await Task.WhenAll(others);
        Assert.Equal(5, queue.Searches);
    }

    [Fact]
    public async Task What_goes_wrong_in_a_pass_reaches_who_waits_and_the_next_pass_runs()
    {
        using var queue = new SearchQueue(threads: 1);
        using ItemSet allowed = Allowed(0);
        using Search wrong = new(Run, allowed, Most) { Query = [1, 2, 3] };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => queue.Run(wrong));
        Assert.Equal(Most, (await Find(queue, 1)).Count);
    }

    [Fact]
    public void The_best_of_any_scores_are_those_of_a_sort()
    {
        var random = new System.Random(3);
        foreach (int most in (int[])[1, 2, 7, 100])
        {
            float[] scores = [.. Enumerable.Range(0, 2000).Select(n => n % 50 == 0 ? float.NaN : n % 70 == 0 ? float.NegativeInfinity : random.Next(300))];
            using var best = new BestItems(most);
            for (int item = 0; item < scores.Length; item++) best.Offer(scores[item], item);
            RankedScore[] expected =
            [
                .. scores.Select((score, item) => new RankedScore(item, score)).Where(one => one.Score > float.NegativeInfinity)
                    .OrderByDescending(one => one.Score).ThenBy(one => one.Item).Take(most),
            ];
            Assert.Equal(expected[^1].Score, best.Threshold);
            Assert.Equal(expected, best.ToList());
        }
    }

    public void Dispose()
    {
        _live.Dispose();
        _folder.Dispose();
    }

    /// <summary>Six of seven items, others for each user.</summary>
    private static ItemSet Allowed(int user)
    {
        var allowed = new ItemSet(Items);
        allowed.Fill();
        for (int item = user % 7; item < Items; item += 7) allowed.Remove(item);
        return allowed;
    }

    /// <summary>Boosts of 0 to 3 quarters of the most.</summary>
    private static Rules Quarters(float most)
    {
        var attributes = new AttributeTable();
        attributes.Set(Enumerable.Range(0, Items).Select(item => (item, (IReadOnlyDictionary<string, AttributeValue>)new Dictionary<string, AttributeValue> { ["rest"] = item % 4 })));
        return new Rules(null, [.. Enumerable.Range(1, 3).Select(rest => new ItemBoost { Attr = "rest", Eq = rest, By = rest * most / 4 })], attributes);
    }

    private async Task<List<RankedScore>> Find(SearchQueue queue, int user, int most = Most)
    {
        using ItemSet allowed = Allowed(user);
        using var search = new Search(Run, allowed, most) { Query = Run.UserVector(user).ToArray() };
        await queue.Run(search);
        return search.Found();
    }
}
