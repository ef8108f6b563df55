using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Graphs;

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
        // Item 0 has no features, item 4 is in no training interaction, the last column never changes in training, so that no weight is learned for it.
        var modality = new Modality("text", Matrix.From(new float[,] { { 0, 0, 0 }, { 1, 10, 7 }, { 3, 20, 7 }, { 5, 30, 7 }, { 1000, 20, 9 } }));
        Modality scaled = Apply(modality, FeatureScaling.Standardize, null, train: [0, 1, 2, 3]);
        double deviation = Math.Sqrt(8 / 3d);
        float[,] expected =
        {
            { 0, 0, 0 }, { (float)(-2 / deviation), (float)(-2 / deviation), 0 }, { 0, 0, 0 }, { (float)(2 / deviation), (float)(2 / deviation), 0 },
            { (float)(997 / deviation), 0, 0 },
        };
        for (int row = 0; row < 5; row++)
            for (int column = 0; column < 3; column++) Assert.Equal(expected[row, column], scaled.Features[row, column], 1e-4f * (1 + Math.Abs(expected[row, column])));
        Assert.Equal([true, false, false, false, false], scaled.Missing); // item 2 is the mean itself
    }

    [Theory]
    [InlineData(FeatureScaling.None)]
    [InlineData(FeatureScaling.Standardize)]
    [InlineData(FeatureScaling.L2)]
    [InlineData(FeatureScaling.Whiten)]
    public void Missing_items_stay_missing_with_zeros_and_known_ones_stay_known(FeatureScaling scaling)
    {
        Modality noise = Noise(40, 6);
        noise.Features.Row(3).Clear();
        for (int column = 0; column < 6; column++) noise.Features[5, column] = Enumerable.Range(6, 30).Average(row => noise.Features[row, column]);
        var modality = new Modality("text", noise.Features);
        Modality scaled = Apply(modality, scaling, 4, train: [.. Enumerable.Range(5, 31)]);
        Assert.Equal(4, scaled.Dimensions);
        Assert.Equal([3], Enumerable.Range(0, 40).Where(item => scaled.Missing[item]));
        Assert.Equal(1, scaled.MissingCount);
        Assert.Equal(new float[4], scaled.Features.Row(3).ToArray());
    }

    [Fact]
    public void An_item_that_becomes_zeros_is_known_and_nobodys_neighbor()
    {
        var modality = new Modality("text", Matrix.From(new float[,] { { 1, 3 }, { 2, 1 }, { 3, 2 }, { 2, 2 }, { 0, 0 } }));
        Modality scaled = Apply(modality, FeatureScaling.Standardize, null, train: [0, 1, 2]);
        Assert.Equal([0f, 0f], scaled.Features.Row(3).ToArray());
        Assert.Equal([false, false, false, false, true], scaled.Missing);
        CsrMatrix graph = new NeighborGraphs(_device).Nearest(scaled, 5);
        Assert.Equal([3, 3, 3, 1, 1], Enumerable.Range(0, 5).Select(item => graph.RowColumns(item).Length));
    }

    [Fact]
    public void Lengths_beyond_what_float32_can_square_are_brought_to_one()
    {
        var modality = new Modality("text", Matrix.From(new float[,] { { 3e30f, 4e30f }, { 3e-30f, 4e-30f } }));
        Modality scaled = Apply(modality, FeatureScaling.L2, null, train: [0, 1]);
        for (int row = 0; row < 2; row++)
        {
            Assert.Equal(0.6f, scaled.Features[row, 0], 1e-6f);
            Assert.Equal(0.8f, scaled.Features[row, 1], 1e-6f);
        }
    }

    [Fact]
    public void Lengths_are_brought_to_one_without_training_items()
    {
        var modality = new Modality("audio", Matrix.From(new float[,] { { 0, 0 }, { 3, 4 } }));
        Assert.Equal([0, 0, 0.6f, 0.8f], Apply(modality, FeatureScaling.L2, null, train: [0]).Features.Span.ToArray());
    }

    [Theory]
    [InlineData(FeatureScaling.Standardize)]
    [InlineData(FeatureScaling.Whiten)]
    public void Features_that_are_all_the_same_are_refused(FeatureScaling scaling)
    {
        var modality = new Modality("audio", Matrix.From(new float[,] { { 0.1f, 7 }, { 0.1f, 7 }, { 0.1f, 7 }, { 3, 4 } }));
        string message = Assert.Throws<InvalidInputException>(() => Fit(modality, scaling, null, train: [0, 1, 2])).Message;
        Assert.StartsWith("Modality 'audio' has the same features for all items in training", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FeatureScaling.Standardize)]
    [InlineData(FeatureScaling.Whiten)]
    public void Features_that_hardly_vary_are_refused_with_what_would_help(FeatureScaling scaling)
    {
        var modality = new Modality("audio", Matrix.From(new[,] { { 1e7f, 2e7f }, { 1e7f + 1, 2e7f }, { 1e7f, 2e7f + 2 } }));
        Assert.Equal(
            "The features of modality 'audio' vary by less than a millionth of their size in training; expected them to differ by more, "
            + "so subtract their mean before saving them, or leave featureScaling out.",
            Assert.Throws<InvalidInputException>(() => Fit(modality, scaling, null)).Message);
    }

    [Theory]
    [InlineData(FeatureScaling.Whiten, null)]
    [InlineData(FeatureScaling.Standardize, 2)]
    public void Features_whose_distance_from_their_mean_exceeds_float32_are_refused(FeatureScaling scaling, int? dimensions)
    {
        var modality = new Modality("text", Matrix.From(new[,] { { 3e38f, 1, 0 }, { 3e38f, 0, 1 }, { 3e38f, 1, 1 }, { -3e38f, 0, 0 } }));
        Assert.StartsWith(
            "The features of modality 'text' exceed float32 once featureScaling and featureDimensions are applied; bring them nearer to 1",
            Assert.Throws<InvalidInputException>(() => Fit(modality, scaling, dimensions)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3e38f, "exceed float32")]
    [InlineData(float.Epsilon, "so small that float32 holds no product of them")]
    public void Features_that_float32_cannot_multiply_are_refused(float size, string sentence)
    {
        var modality = new Modality("text", Matrix.From(new[,] { { size, size, 0 }, { 0, size, 0 }, { 0, 0, size } }));
        Assert.Contains(sentence, Assert.Throws<InvalidInputException>(() => Fit(modality, FeatureScaling.None, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_of_other_dimensions_are_refused()
    {
        FeatureTransform transform = Fit(Noise(30, 8), FeatureScaling.Standardize, null)!;
        string message = Assert.Throws<InvalidInputException>(() => transform.Apply(Noise(30, 7), _device)).Message;
        Assert.Equal("Modality 'text' has 7 dimensions, and its scaling is for 8; use features of the encoder that made those.", message);
    }

    [Fact]
    public void A_row_becomes_the_same_bits_alone_and_among_others_on_any_number_of_threads()
    {
        Modality noise = Noise(1_100, 600);
        Modality whole = Apply(noise, FeatureScaling.Standardize, 70, [.. Enumerable.Range(0, 300)]);
        foreach (int threads in new[] { 1, 3 })
        {
            using var device = new Device(threads);
            Interactions train = Interactions.FromPairs(1, 1_100, Enumerable.Range(0, 300).Select(item => (0, item)));
            FeatureTransform transform = FeatureTransform.Fit(noise, train, FeatureScaling.Standardize, 70, device, new Rng(1))!;
            Assert.True(whole.Features.Span.SequenceEqual(transform.Apply(noise, device).Features.Span));
            foreach (int item in new[] { 0, 1, 1_023, 1_024, 1_099 })
            {
                Modality alone = transform.Apply(new Modality("text", noise.Features.RowRange(item, 1).Clone()), device);
                Assert.True(whole.Features.Row(item).SequenceEqual(alone.Features.Span));
            }
        }
    }

    [Fact]
    public void Transforming_stops_when_canceled()
    {
        Modality noise = Noise(30, 8);
        FeatureTransform transform = Fit(noise, FeatureScaling.Standardize, 4)!;
        Assert.Throws<OperationCanceledException>(() => transform.Apply(noise, _device, new CancellationToken(canceled: true)));
        Interactions train = Interactions.FromPairs(1, 30, Enumerable.Range(0, 30).Select(item => (0, item)));
        foreach (FeatureScaling scaling in new[] { FeatureScaling.None, FeatureScaling.Standardize, FeatureScaling.L2, FeatureScaling.Whiten })
            Assert.Throws<OperationCanceledException>(() => FeatureTransform.Fit(noise, train, scaling, 4, _device, new Rng(1), new CancellationToken(canceled: true)));
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
