using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Tests.Graphs;

public sealed class PrunedGraphTests
{
    [Theory]
    [InlineData(0f, 100)]
    [InlineData(0.1f, 90)]
    [InlineData(0.33f, 67)]
    [InlineData(0.5f, 50)]
    [InlineData(0.8f, 20)]
    [InlineData(0.9f, 10)]
    [InlineData(0.99f, 1)]
    public void As_many_edges_are_kept_as_the_share_says(float dropout, int kept)
    {
        Interactions all = Grid(10, 10);

        Interactions sample = new PrunedGraph(all, dropout, new Rng(1)).Sample(new Rng(1));

        Assert.Equal(kept, sample.Count);
        Assert.Equal((all.Users, all.Items), (sample.Users, sample.Items));
    }

    [Fact]
    public void Kept_edges_are_edges_of_the_graph_each_once()
    {
        Interactions all = Interactions.FromPairs(8, 9, from u in Enumerable.Range(0, 8) from i in Enumerable.Range(0, 9) where (u * i) % 3 == 1 select (u, i));
        var pruning = new PrunedGraph(all, 0.4f, new Rng(1));

        for (ulong seed = 0; seed < 20; seed++)
        {
            (int User, int Item)[] pairs = [.. pruning.Sample(new Rng(seed)).Pairs()];
            Assert.Equal(pairs.Length, pairs.Distinct().Count());
            Assert.All(pairs, pair => Assert.True(all.Contains(pair.User, pair.Item)));
        }
    }

    [Fact]
    public void The_generator_alone_decides_which_edges_are_kept()
    {
        var pruning = new PrunedGraph(Grid(10, 10), 0.5f, new Rng(1));

        var first = pruning.Sample(new Rng(7)).Pairs().ToArray();
        pruning.Sample(new Rng(8));

        Assert.Equal(first, pruning.Sample(new Rng(7)).Pairs());
        Assert.NotEqual(first, pruning.Sample(new Rng(8)).Pairs());
    }

    [Fact]
    public void Edges_are_kept_with_probability_proportional_to_their_weight()
    {
        // One edge of two, so that the probabilities are exactly the shares of the weights: user 0 and item 0 meet often.
        (int, int)[] busy = [.. Enumerable.Range(0, 9).Select(item => (0, item))];
        Interactions all = Interactions.FromPairs(2, 10, [.. busy, (1, 9)]);
        var pruning = new PrunedGraph(all, 0.9f, new Rng(1));
        const int draws = 6000;

        int lonely = Enumerable.Range(0, draws).Count(draw => pruning.Sample(new Rng((ulong)draw)).Contains(1, 9));

        double share = 1 / (1 + (9 * (1 / 3.0))), deviation = Math.Sqrt(share * (1 - share) / draws);
        Assert.InRange(lonely / (double)draws, share - (4 * deviation), share + (4 * deviation));
    }

    [Fact]
    public void The_share_is_below_1_and_leaves_an_edge()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrunedGraph(Grid(2, 2), 1f, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrunedGraph(Grid(2, 2), -0.1f, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrunedGraph(Grid(2, 2), float.NaN, new Rng(1)));
        Assert.Equal(1, new PrunedGraph(Grid(10, 9), 0.99f, new Rng(1)).Sample(new Rng(2)).Count);
    }

    private static Interactions Grid(int users, int items) =>
        Interactions.FromPairs(users, items, from u in Enumerable.Range(0, users) from i in Enumerable.Range(0, items) select (u, i));
}
