using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Tests.Scoring;

public sealed class BehaviorResidualTests
{
    /// <summary>Items 0 to 3 are trained, 4 is cold. User 0 has item 0, user 1 items 1 to 3, user 2 nothing.</summary>
    private static readonly Interactions Train = Interactions.FromPairs(3, 5, [(0, 0), (1, 1), (1, 2), (1, 3)]);

    private static readonly CsrMatrix Weights = CsrMatrix.FromEntries(5, 5, [(0, 1, 1f), (0, 2, 4f), (0, 3, 1f), (1, 0, 2f)]);

    /// <summary>
    /// User 0: s = 1, 4, 1 of the items 1, 2, 3 that others have, so μ = 2, σ = √((1 + 4 + 1) / 3) = √2, z = -1/√2, √2, -1/√2; the own item has s = 0,
    /// z = -√2. The cold item has z = 0, the mean, not the (0 - 2) / √2 of an item that nobody would have.
    /// </summary>
    [Fact]
    public void Scores_are_standardized_over_the_trained_items_that_a_user_has_not_and_cold_items_get_the_mean()
    {
        double[] expected = [-Math.Sqrt(2), -1 / Math.Sqrt(2), Math.Sqrt(2), -1 / Math.Sqrt(2), 0];

        float[] scores = Standardized(0);

        for (int item = 0; item < 5; item++) Assert.Equal(expected[item], scores[item], 1e-6);
    }

    /// <summary>User 1 has but one other trained item, whose scores cannot differ; user 2 has nothing to go by.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Where_scores_do_not_differ_nothing_is_added(int user) => Assert.All(Standardized(user), score => Assert.Equal(0f, score));

    [Fact]
    public void What_cannot_be_read_while_scoring_is_refused_as_it_is()
    {
        var damaged = new InvalidInputException("'behavior.safetensors' is damaged; restore it or train again.");
        using var device = new Device(2);
        using var scorer = new ItemWeightsScorer(new ItemWeights(Weights), _ => throw damaged);
        using var scores = new Matrix(3, 5);

        Assert.Same(damaged, Assert.Throws<InvalidInputException>(() => scorer.Score([0, 1, 2], scores, device)));
    }

    [Fact]
    public void Scores_are_the_models_and_the_weighted_residual_among_some_items_as_among_all()
    {
        var rng = new Rng(3);
        using Embeddings embeddings = new(Gaussian(3, rng), Gaussian(5, rng));
        using var device = new Device(2);
        using var vectors = new DotProductScorer(embeddings);
        using var scorer = new ResidualScorer(vectors, Residual, weight: 0.5f);
        using IScorer among = scorer.Among([2, 4], device);
        using Matrix own = new(3, 5), both = new(3, 5), some = new(2, 2);

        vectors.Score([0, 1, 2], own, device);
        scorer.Score([0, 1, 2], both, device);
        among.Score([2, 0], some, device);

        for (int user = 0; user < 3; user++)
            for (int item = 0; item < 5; item++) Assert.Equal(own[user, item] + (0.5f * Standardized(user)[item]), both[user, item], 1e-6f);
        Assert.Equal([both[2, 2], both[2, 4], both[0, 2], both[0, 4]], some.Span.ToArray());
    }

    /// <summary>User 0: 1 / σ = 1/√2, and item 0 adds 4 of the 4 to s of item 2, 1 of the 1 to that of item 1; the rest of z is -μ / σ.</summary>
    [Fact]
    public void What_the_users_items_add_is_told_apart()
    {
        var scores = new float[5];
        double factor = Residual.Standardized(0, scores);

        Assert.Equal(1 / Math.Sqrt(2), factor, 1e-9);
        Assert.Equal([(0, (float)(4 * factor))], Residual.Contributions(0, 2, factor));
        Assert.Equal(-2 * factor, scores[2] - Residual.Contributions(0, 2, factor).Sum(part => (double)part.Part), 1e-6);
        Assert.Empty(Residual.Contributions(0, 4, factor));
        Assert.Empty(Residual.Contributions(0, 5, factor));
    }

    private static BehaviorResidual Residual => new(new ItemWeights(Weights), Train.ItemCounts(), Train.ItemsOf);

    private static float[] Standardized(int user)
    {
        var scores = new float[5];
        Residual.Standardized(user, scores);
        return scores;
    }

    private static Matrix Gaussian(int rows, Rng rng)
    {
        var matrix = new Matrix(rows, 4);
        foreach (ref float value in matrix.Span) value = rng.NextGaussian();
        return matrix;
    }
}
