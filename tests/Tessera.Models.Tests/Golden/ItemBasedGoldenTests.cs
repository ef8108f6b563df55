using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;

namespace Tessera.Models.Tests.Golden;

/// <summary>
/// Item-based models on four users and three items, worked by hand. Users have the items {a, b}, {a, b}, {a, c} and {b}, so
/// <code>
///          a b c              3 2 1
/// X =   1  1 1 0      XᵀX =   2 3 0     (diagonal: numbers of users; else users in common)
///       2  1 1 0              1 0 1
///       3  1 0 1
///       4  0 1 0
/// </code>
/// </summary>
public sealed class ItemBasedGoldenTests
{
    private static readonly Interactions Train = Interactions.FromPairs(4, 3, [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 2), (3, 1)]);

    /// <summary>
    /// cos(a, b) = 2 / √(3·3) = 2/3, cos(a, c) = 1 / √(3·1) = 1/√3, cos(b, c) = 0.
    /// </summary>
    [Fact]
    public void ItemKnn_weighs_by_the_cosines_of_sets_of_users()
    {
        double[,] expected = { { 0, 2 / 3d, 1 / Math.Sqrt(3) }, { 2 / 3d, 0, 0 }, { 1 / Math.Sqrt(3), 0, 0 } };

        AssertWeights(expected, Weights(inputs => new ItemKnn(inputs, new ItemKnnOptions())));
    }

    /// <summary>
    /// With k = 1 item a keeps b alone, as 2/3 is more than 1/√3; b and c keep a. Shrunk by 1: cos(a, b) = 2 / (3 + 1) = 1/2 and cos(a, c) = 1 / (√3 + 1).
    /// </summary>
    [Fact]
    public void ItemKnn_keeps_the_nearest_of_each_item_and_shrinks()
    {
        double[,] expected = { { 0, 0.5, 0 }, { 0.5, 0, 0 }, { 1 / (Math.Sqrt(3) + 1), 0, 0 } };

        AssertWeights(expected, Weights(inputs => new ItemKnn(inputs, new ItemKnnOptions { Neighbors = 1, Shrinkage = 1 })));
    }

    /// <summary>
    /// λ = 1: G = XᵀX + I = [4 2 1; 2 4 0; 1 0 2]. det G = 4·8 - 2·4 + 1·(-4) = 20. Its cofactors give
    /// P = G⁻¹ = 1/20 [8 -4 -4; -4 7 2; -4 2 12]. Then B_ij = -P_ij / P_jj:
    /// B_ab = 4/7, B_ac = 4/12, B_ba = 4/8, B_bc = -2/12, B_ca = 4/8, B_cb = -2/7.
    /// </summary>
    [Fact]
    public void Ease_is_the_inverse_divided_by_its_diagonal()
    {
        double[,] expected = { { 0, 4 / 7d, 1 / 3d }, { 0.5, 0, -1 / 6d }, { 0.5, -2 / 7d, 0 } };

        AssertWeights(expected, Weights(inputs => new Ease(inputs, new EaseOptions { Regularization = 1 })));
    }

    /// <summary>Of each row the weight of largest magnitude: 4/7, 1/2 and 1/2.</summary>
    [Fact]
    public void Ease_keeps_the_strongest_of_each_item()
    {
        double[,] expected = { { 0, 4 / 7d, 0 }, { 0.5, 0, 0 }, { 0.5, 0, 0 } };

        AssertWeights(expected, Weights(inputs => new Ease(inputs, new EaseOptions { Regularization = 1, Neighbors = 1 })));
    }

    /// <summary>
    /// α = 1/2: users weigh 1/d_u = 1/2, 1/2, 1/2, 1 and items 1/√d_i = 1/√3, 1/√3, 1, so p_ab = (1/2 + 1/2)/3 = 1/3, p_ac = (1/2)/√3 and p_bc = 0; over the
    /// largest, 1/3, they are 1, √3/2 and 0, and their squares 1, 3/4 and 0. Cosines of the features (1, 0), (3, 4) and (-2, 0) are .6 for a and b, and
    /// below 0 for c with both.
    /// </summary>
    [Fact]
    public void MmGf_adds_powers_of_similarities_by_users_and_by_features()
    {
        var features = new Modality("text", Matrix.From(new float[,] { { 1, 0 }, { 3, 4 }, { -2, 0 } }));
        double[,] expected = { { 0, 1 + (0.5 * 0.36), 0.75 }, { 1 + (0.5 * 0.36), 0, 0 }, { 0.75, 0, 0 } };

        AssertWeights(expected, Weights(
            inputs => new MmGf(inputs with { Modalities = [features] }, new MmGfOptions { UserExponent = 0.5f, Power = 2, FeaturePower = 2, FeatureWeight = 0.5f })));
    }

    /// <summary>α = 1: users weigh 1/d_u², items 1: p_ab = 1/4 + 1/4 = 1/2 and p_ac = 1/4, over the largest 1 and 1/2.</summary>
    [Fact]
    public void MmGf_lets_popular_items_count_by_its_exponent()
    {
        var features = new Modality("text", Matrix.From(new float[,] { { 1, 0 }, { 0, 1 }, { 0, 0 } }));
        double[,] expected = { { 0, 1, 0.5 }, { 1, 0, 0 }, { 0.5, 0, 0 } };

        AssertWeights(expected, Weights(inputs => new MmGf(inputs with { Modalities = [features] }, new MmGfOptions { UserExponent = 1, Power = 1 })));
    }

    [Fact]
    public void MmGf_needs_features() => Assert.StartsWith(
        "MM-GF learns from item features and the data has none",
        Assert.Throws<InvalidInputException>(() => Weights(inputs => new MmGf(inputs, new MmGfOptions()))).Message, StringComparison.Ordinal);

    /// <summary>User 3 has a and c: b scores B_ab + B_cb = 4/7 - 2/7 = 2/7, of which a gives 4/7 and c takes 2/7.</summary>
    [Fact]
    public void Scores_are_the_sums_of_what_each_item_adds()
    {
        var weights = new ItemWeights(Weights(inputs => new Ease(inputs, new EaseOptions { Regularization = 1 })));
        var scores = new float[3];

        weights.Score(Train.ItemsOf(2), scores);

        Assert.Equal(2 / 7d, scores[1], 1e-6);
        IReadOnlyList<(int Item, float Part)> parts = weights.Contributions(Train.ItemsOf(2), 1);
        Assert.Equal([0, 2], parts.Select(part => part.Item));
        Assert.Equal([4 / 7f, -2 / 7f], parts.Select(part => part.Part), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal([(1, 4 / 7f), (2, 1 / 3f)], weights.Strongest(0), (x, y) => x.Item1 == y.Item1 && Math.Abs(x.Item2 - y.Item2) < 1e-6);
    }

    /// <summary>Items that nobody has are no part of the system: the weights of the others are those without them.</summary>
    [Fact]
    public void An_item_without_interactions_has_no_weights_and_changes_none()
    {
        Interactions wider = Interactions.FromPairs(4, 5, Train.Pairs().Select(pair => (pair.User, pair.Item == 0 ? 0 : pair.Item + 1)));
        double[,] expected = { { 0, 0, 4 / 7d, 1 / 3d, 0 }, { 0, 0, 0, 0, 0 }, { 0.5, 0, 0, -1 / 6d, 0 }, { 0.5, 0, -2 / 7d, 0, 0 }, { 0, 0, 0, 0, 0 } };

        AssertWeights(expected, Weights(inputs => new Ease(inputs, new EaseOptions { Regularization = 1 }), wider));
    }

    [Fact]
    public void Ease_says_where_its_room_ends()
    {
        Interactions many = Interactions.FromPairs(1, 20_001, Enumerable.Range(0, 20_001).Select(item => (0, item)));

        string message = Assert.Throws<InvalidInputException>(() => Weights(inputs => new Ease(inputs, new EaseOptions()), many)).Message;

        Assert.Contains("20,001 items have interactions in training; expected at most 20,000, so use item-knn", message, StringComparison.Ordinal);
    }

    private static CsrMatrix Weights(Func<RecommenderInputs, ItemBasedRecommender> create, Interactions? train = null)
    {
        using var device = new Device(2);
        return create(new RecommenderInputs(train ?? Train, [], new Rng(1), new NeighborGraphs(device))).ComputeWeights(device);
    }

    private static void AssertWeights(double[,] expected, CsrMatrix weights)
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (weights.Rows, weights.Columns));
        var dense = new float[weights.Columns];
        for (int row = 0; row < weights.Rows; row++)
        {
            Array.Clear(dense);
            foreach ((int column, float value) in weights.RowColumns(row).ToArray().Zip(weights.RowValues(row).ToArray())) dense[column] = value;
            for (int column = 0; column < weights.Columns; column++) Assert.Equal(expected[row, column], dense[column], 1e-6);
            Assert.Equal(Enumerable.Range(0, weights.Columns).Count(column => expected[row, column] != 0), weights.RowColumns(row).Length);
        }
    }
}
