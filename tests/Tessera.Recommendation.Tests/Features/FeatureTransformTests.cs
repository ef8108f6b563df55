using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Features;

namespace Tessera.Recommendation.Tests.Features;

public sealed class FeatureTransformTests : IDisposable
{
    private readonly Device _device = new(threads: 2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Without_scaling_there_is_nothing_to_do()
    {
        Modality modality = Noise(30, 8);
        Assert.Null(Fit(modality, FeatureScaling.None, null));
        Assert.Null(Fit(modality, FeatureScaling.None, 8));
        Assert.Null(Fit(modality, FeatureScaling.None, 9));
    }

    [Fact]
    public void Standardizing_counts_the_training_items_with_features_alone()
    {
        // Item 0 has no features, item 4 is in no training interaction, the last column never changes.
        var modality = new Modality("text", Matrix.From(new float[,] { { 0, 0, 0 }, { 1, 10, 7 }, { 3, 20, 7 }, { 5, 30, 7 }, { 1000, 20, 9 } }));
        Modality scaled = Apply(modality, FeatureScaling.Standardize, null, train: [0, 1, 2, 3]);
        double deviation = Math.Sqrt(8 / 3d);
        float[,] expected =
        {
            { 0, 0, 0 }, { (float)(-2 / deviation), (float)(-2 / deviation), 0 }, { 0, 0, 0 }, { (float)(2 / deviation), (float)(2 / deviation), 0 },
            { (float)(997 / deviation), 0, 2 },
        };
        for (int row = 0; row < 5; row++)
            for (int column = 0; column < 3; column++) Assert.Equal(expected[row, column], scaled.Features[row, column], 1e-4f * (1 + Math.Abs(expected[row, column])));
        Assert.True(scaled.Missing[0]);
    }

    [Fact]
    public void L2_brings_rows_to_norm_one_and_leaves_missing_ones()
    {
        var modality = new Modality("text", Matrix.From(new float[,] { { 3, 4 }, { 0, 0 }, { 0, -2 } }));
        Modality scaled = Apply(modality, FeatureScaling.L2, null, train: [0, 2]);
        Assert.Equal([0.6f, 0.8f, 0, 0, 0, -1], scaled.Features.Span.ToArray());
    }

    [Theory]
    [InlineData(null, 12)]
    [InlineData(5, 5)]
    public void Whitened_directions_are_uncorrelated_with_deviation_one(int? dimensions, int expected)
    {
        Modality scaled = Apply(Noise(400, 12), FeatureScaling.Whiten, dimensions, train: [.. Enumerable.Range(0, 400)]);
        Assert.Equal(expected, scaled.Dimensions);
        for (int one = 0; one < expected; one++)
        {
            Assert.Equal(0, Column(scaled, one).Average(), 1e-3f);
            for (int other = 0; other < expected; other++)
                Assert.Equal(one == other ? 1 : 0, Column(scaled, one).Zip(Column(scaled, other), (a, b) => a * b).Average(), 5e-3f);
        }
    }

    [Fact]
    public void Whitening_leaves_out_directions_without_variance()
    {
        Modality noise = Noise(100, 3);
        var doubled = new Matrix(100, 6);
        for (int row = 0; row < 100; row++)
            for (int column = 0; column < 6; column++) doubled[row, column] = noise.Features[row, column % 3];
        Assert.Equal(3, Apply(new Modality("text", doubled), FeatureScaling.Whiten, null, [.. Enumerable.Range(0, 100)]).Dimensions);
    }

    [Fact]
    public void The_rotation_keeps_all_products_where_the_rank_suffices()
    {
        // 50 rows of rank 4 in 30 dimensions.
        using Matrix basis = Noise(4, 30).Features, weights = Noise(50, 4).Features;
        var features = new Matrix(50, 30);
        _device.MatMul(weights, false, basis, false, features);
        var modality = new Modality("image", features);
        Modality rotated = Apply(modality, FeatureScaling.None, 4, [.. Enumerable.Range(0, 40)]);
        Assert.Equal(4, rotated.Dimensions);
        for (int one = 0; one < 50; one++)
        {
            for (int other = 0; other < 50; other++)
            {
                float expected = TensorPrimitives.Dot<float>(features.Row(one), features.Row(other));
                Assert.Equal(expected, TensorPrimitives.Dot<float>(rotated.Features.Row(one), rotated.Features.Row(other)), 2e-3f * (1 + Math.Abs(expected)));
            }
        }
    }

    [Fact]
    public void A_modality_that_no_training_item_has_is_refused()
    {
        var modality = new Modality("audio", Matrix.From(new float[,] { { 0, 0 }, { 1, 2 }, { 3, 4 } }));
        string message = Assert.Throws<InvalidInputException>(() => Fit(modality, FeatureScaling.Standardize, null, train: [0, 1])).Message;
        Assert.StartsWith("Modality 'audio' has features for 1 of the items in training", message, StringComparison.Ordinal);
    }

    private static Modality Noise(int rows, int columns)
    {
        var rng = new Rng(7);
        var features = new Matrix(rows, columns);
        foreach (ref float value in features.Span) value = 1 + 3 * rng.NextGaussian();
        return new Modality("text", features);
    }

    private static float[] Column(Modality modality, int column) => [.. Enumerable.Range(0, modality.Features.Rows).Select(row => modality.Features[row, column])];

    private FeatureTransform? Fit(Modality modality, FeatureScaling scaling, int? dimensions, int[]? train = null)
    {
        int[] items = train ?? [.. Enumerable.Range(0, modality.Features.Rows)];
        Interactions interactions = Interactions.FromPairs(1, modality.Features.Rows, items.Select(item => (0, item)));
        return FeatureTransform.Fit(modality, interactions, scaling, dimensions, _device, new Rng(1));
    }

    private Modality Apply(Modality modality, FeatureScaling scaling, int? dimensions, int[] train) => Fit(modality, scaling, dimensions, train)!.Apply(modality, _device);
}
