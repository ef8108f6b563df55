using Tessera.Compute.Random;
using Tessera.Data.Splitting;
using Tessera.Data.Synthetic;

namespace Tessera.Data.Tests.Splitting;

public sealed class SplitTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(14, 1)]
    [InlineData(15, 2)]
    [InlineData(100, 10)]
    public void A_user_holds_out_a_tenth_twice_and_at_least_one_each(int count, int heldOut)
    {
        Interactions all = Interactions.FromPairs(1, 100, Enumerable.Range(0, count).Select(i => (0, i)));

        (Interactions train, Interactions validation, Interactions test) = all.Split(SplitRules.Random(new Rng(1)));

        Assert.Equal((count - (2 * heldOut), heldOut, heldOut), (train.Count, validation.Count, test.Count));
        Assert.True(count < 5 || train.Count >= 3);
    }

    [Fact]
    public void A_random_split_keeps_every_interaction_once_and_depends_on_the_seed_alone()
    {
        Dataset dataset = EventLog();

        Dataset split = dataset.Split(SplitRules.Random(new Rng(1)));

        Assert.Equal(dataset.AllInteractions().Pairs(), split.AllInteractions().Pairs());
        Assert.Equal(dataset.AllInteractions().Count, split.Train.Count + split.Validation.Count + split.Test.Count);
        Assert.Equal(split.Test.Pairs(), dataset.Split(SplitRules.Random(new Rng(1))).Test.Pairs());
        Assert.NotEqual(split.Test.Pairs(), dataset.Split(SplitRules.Random(new Rng(2))).Test.Pairs());
        Assert.Same(dataset.Modalities, split.Modalities);
    }

    [Fact]
    public void A_cold_start_split_takes_whole_items_out_of_training()
    {
        Dataset dataset = EventLog();

        ColdStartSplit split = ColdStartSplit.Of(dataset, new Rng(3));

        Assert.Equal((20, 20), (split.ValidationItems.Count, split.TestItems.Count));
        Assert.Empty(split.ValidationItems.Intersect(split.TestItems));
        HashSet<int> validation = [.. split.ValidationItems], test = [.. split.TestItems];
        Assert.All(split.Dataset.Train.Pairs(), pair => Assert.False(validation.Contains(pair.Item) || test.Contains(pair.Item)));
        Assert.All(split.Dataset.Validation.Pairs(), pair => Assert.Contains(pair.Item, validation));
        Assert.All(split.Dataset.Test.Pairs(), pair => Assert.Contains(pair.Item, test));
        Assert.Equal(dataset.AllInteractions().Pairs(), split.Dataset.AllInteractions().Pairs());
        Assert.Equal(split.TestItems, ColdStartSplit.Of(dataset, new Rng(3)).TestItems);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.004)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_that_leaves_a_split_without_items_is_refused(double heldOut) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ColdStartSplit.Of(EventLog(), new Rng(1), heldOut));

    private static Dataset EventLog() => SyntheticDataset.Create(new() { Users = 100, Items = 200 }).Dataset;
}
