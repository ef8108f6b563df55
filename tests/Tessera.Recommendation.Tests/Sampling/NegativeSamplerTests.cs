using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Tests.Sampling;

public sealed class NegativeSamplerTests
{
    /// <summary>Items 3 and 7 have no interaction; user 2 has every training item, user 3 none.</summary>
    private static readonly Interactions Train = Interactions.FromPairs(
        4,
        8,
        [(0, 0), (0, 1), (1, 2), (1, 4), (1, 5), (1, 6), (1, 0), (2, 0), (2, 1), (2, 2), (2, 4), (2, 5), (2, 6)]);

    [Fact]
    public void Training_items_are_those_with_an_interaction() =>
        Assert.Equal([0, 1, 2, 4, 5, 6], new NegativeSampler(Train, new Rng(1)).TrainingItems.ToArray());

    [Theory]
    [InlineData(0, new[] { 2, 4, 5, 6 })]
    [InlineData(1, new[] { 1 })]
    [InlineData(3, new[] { 0, 1, 2, 4, 5, 6 })]
    public void Negatives_are_uniform_over_the_training_items_that_are_not_the_users(int user, int[] expected)
    {
        var sampler = new NegativeSampler(Train, new Rng(2));
        const int Draws = 30_000;
        var counts = new int[Train.Items];
        for (int i = 0; i < Draws; i++) counts[sampler.Draw(user)]++;

        Assert.Equal(expected, Enumerable.Range(0, Train.Items).Where(item => counts[item] > 0));
        Assert.All(expected, item => Assert.InRange(counts[item], 0.95 * Draws / expected.Length, 1.05 * Draws / expected.Length));
    }

    [Fact]
    public void A_user_with_every_training_item_has_no_negative()
    {
        var sampler = new NegativeSampler(Train, new Rng(3));

        Assert.Equal([true, true, false, true], Enumerable.Range(0, 4).Select(sampler.HasNegative));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => sampler.Draw(2));
        Assert.Contains("User 2", error.Message, StringComparison.Ordinal);
    }
}
