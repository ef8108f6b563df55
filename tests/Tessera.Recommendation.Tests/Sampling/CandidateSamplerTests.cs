using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Tests.Sampling;

public sealed class CandidateSamplerTests
{
    /// <summary>Items 3 and 7 have no interaction.</summary>
    private static readonly Interactions Train = Interactions.FromPairs(2, 8, [(0, 0), (0, 1), (1, 2), (1, 4), (1, 5), (1, 6), (1, 0)]);

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    [InlineData(100)]
    public void All_training_items_are_candidates_where_no_fewer_are_asked_for(int? negatives)
    {
        var sampler = new CandidateSampler(Train, negatives, new Rng(1));
        sampler.Draw([2, 4]);

        Assert.False(sampler.Draws);
        Assert.Equal([0, 1, 2, 4, 5, 6], sampler.Items.ToArray());
    }

    [Fact]
    public void Each_batch_has_candidates_of_its_own_each_at_most_once_and_all_equally_often()
    {
        var sampler = new CandidateSampler(Train, 4, new Rng(2));
        const int Draws = 30_000;
        var counts = new int[Train.Items];
        for (int n = 0; n < Draws; n++)
        {
            sampler.Draw([]);
            Assert.Equal(4, sampler.Items.ToArray().Distinct().Count());
            foreach (int item in sampler.Items.Span) counts[item]++;
        }

        Assert.Equal([0, 1, 2, 4, 5, 6], Enumerable.Range(0, Train.Items).Where(item => counts[item] > 0));
        Assert.All(new[] { 0, 1, 2, 4, 5, 6 }, item => Assert.InRange(counts[item], 0.97 * Draws * 4 / 6, 1.03 * Draws * 4 / 6));
    }

    [Fact]
    public void Hits_are_the_places_of_the_positives_among_the_candidates()
    {
        var sampler = new CandidateSampler(Train, 3, new Rng(3));
        for (int n = 0; n < 50; n++)
        {
            int[] positives = [.. new[] { 0, 1, 2, 4, 5, 6, 4 }.Take(7 - (n % 3))];
            sampler.Draw(positives);
            int[] items = sampler.Items.ToArray();
            Assert.Equal(positives.Select(item => Array.IndexOf(items, item)), sampler.Hits.ToArray());
        }
    }

    [Fact]
    public void An_epoch_depends_on_its_number_alone()
    {
        CandidateSampler sampler = new(Train, 3, new Rng(4)), resumed = new(Train, 3, new Rng(4));
        sampler.BeginEpoch(1);
        for (int n = 0; n < 5; n++) sampler.Draw([n]);
        sampler.BeginEpoch(2);
        resumed.BeginEpoch(2);
        for (int n = 0; n < 5; n++)
        {
            sampler.Draw([5, 6]);
            resumed.Draw([5, 6]);
            Assert.Equal(sampler.Items.ToArray(), resumed.Items.ToArray());
            Assert.Equal(sampler.Hits.ToArray(), resumed.Hits.ToArray());
        }
    }
}
