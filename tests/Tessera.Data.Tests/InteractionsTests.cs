using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Data.Tests;

public sealed class InteractionsTests
{
    [Fact]
    public void Any_pairs_in_any_order_come_back_sorted_and_distinct()
    {
        Gen<(int, int)[]> pairs = Gen.Choose(0, 6).SelectMany(user => Gen.Choose(0, 9).Select(item => (user, item))).ArrayOf();

        Prop.ForAll(Arb.From(pairs), given =>
        {
            Interactions interactions = Interactions.FromPairs(7, 10, given);
            (int User, int Item)[] expected = [.. given.Distinct().Order()];
            return interactions.Pairs().SequenceEqual(expected)
                && interactions.Count == expected.Length
                && expected.All(pair => interactions.Contains(pair.User, pair.Item))
                && interactions.ItemCounts().Sum() == expected.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 3)]
    public void Pairs_outside_are_refused(int user, int item) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Interactions.FromPairs(2, 3, [(user, item)]));

    [Fact]
    public void Interactions_among_some_items_number_these_anew()
    {
        Interactions all = Interactions.FromPairs(3, 5, [(0, 0), (0, 1), (0, 4), (2, 3), (2, 4)]);

        Interactions among = all.Among([1, 4]);

        Assert.Equal((3, 2), (among.Users, among.Items));
        Assert.Equal([(0, 0), (0, 1), (2, 1)], among.Pairs());
    }
}
