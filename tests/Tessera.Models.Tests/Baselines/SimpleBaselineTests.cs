using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;

namespace Tessera.Models.Tests.Baselines;

public sealed class BaselineTests
{
    private static readonly Interactions Train = Interactions.FromPairs(3, 4, [(0, 1), (1, 1), (2, 1), (0, 3), (1, 3), (2, 0)]);

    [Fact]
    public void Popularity_scores_items_by_their_training_interactions()
    {
        using var device = new Device(1);
        var model = new Popularity(new RecommenderInputs(Train, [], new Rng(1), new NeighborGraphs(device)), new PopularityOptions());
        using var scorer = new ItemWeightsScorer(new ItemWeights(model.ComputeWeights(device), model.Bias), Train.ItemsOf);
        using var scores = new Matrix(3, 4);
        scorer.Score([0, 1, 2], scores, device);
        for (int user = 0; user < 3; user++)
        {
            for (int item = 0; item < 4; item++) Assert.Equal(Train.ItemCounts()[item], scores[user, item]);
        }
    }

    [Fact]
    public void Random_scores_depend_on_the_seed_and_differ_by_user()
    {
        using Embeddings one = RandomScores.Embeddings(3, 4, new Rng(1)), same = RandomScores.Embeddings(3, 4, new Rng(1));
        using Embeddings other = RandomScores.Embeddings(3, 4, new Rng(2));
        Assert.Equal(one.Items.Span.ToArray(), same.Items.Span.ToArray());
        Assert.NotEqual(one.Items.Span.ToArray(), other.Items.Span.ToArray());
        Assert.NotEqual(one.Users.Row(0).ToArray(), one.Users.Row(1).ToArray());
    }
}
