using Tessera.Benchmarks;

namespace Tessera.Data.Tests.Synthetic;

public sealed class DatasetShapeTests
{
    private static readonly DatasetShape Shape = new(800, 300, 6000, 700, 900, [("image", 32), ("text", 8)]);

    [Fact]
    public void Sizes_are_exact_and_every_user_and_item_is_in_training()
    {
        Dataset dataset = Shape.Create();

        Assert.Equal((800, 300), (dataset.Users, dataset.Items));
        Assert.Equal((6000, 700, 900), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        Assert.Equal(7600, dataset.AllInteractions().Count);
        Assert.All(dataset.Train.ItemCounts(), count => Assert.True(count > 0));
        Assert.All(Enumerable.Range(0, 800), user => Assert.True(dataset.Train.ItemsOf(user).Length > 0));
        Assert.Equal([("image", 32), ("text", 8)], dataset.Modalities.Select(m => (m.Name, m.Dimensions)));
    }

    [Fact]
    public void Popularity_falls_off_and_features_are_standardized_noise()
    {
        Dataset dataset = Shape.Create();
        int[] counts = [.. dataset.Train.ItemCounts().OrderDescending()];
        float[] values = dataset.Modalities[0].Features.Span.ToArray();

        Assert.True(counts.Take(30).Sum() > 2 * counts.Skip(150).Sum(), $"head {counts.Take(30).Sum()}, tail {counts.Skip(150).Sum()}");
        Assert.InRange(values.Average(), -0.06, 0.06);
        Assert.InRange(values.Average(v => v * v), 0.9, 1.1);
    }

    [Fact]
    public void The_same_shape_gives_the_same_data()
    {
        Dataset first = Shape.Create(), again = Shape.Create();

        Assert.Equal(first.Train.Pairs(), again.Train.Pairs());
        Assert.Equal(first.Modalities[0].Features.Span.ToArray(), again.Modalities[0].Features.Span.ToArray());
        Assert.NotEqual(first.Train.Pairs(), (Shape with { Seed = 5 }).Create().Train.Pairs());
    }

    [Theory]
    [InlineData(0, 300, 6000, 0, 0.8, "0 users")]
    [InlineData(800, 300, 799, 0, 0.8, "799 training interactions")]
    [InlineData(800, 300, 6000, -1, 0.8, "-1 validation")]
    [InlineData(800, 300, 60000, 1, 0.8, "more than a quarter of 800 users x 300 items")]
    [InlineData(800, 300, 6000, 0, 1.5, "exponent is 1.5")]
    public void Impossible_shapes_are_refused(int users, int items, int train, int validation, double exponent, string found)
    {
        var shape = new DatasetShape(users, items, train, validation, 0, []) { PopularityExponent = exponent };

        string message = Assert.Throws<InvalidInputException>(() => shape.Create()).Message;

        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Contains("expected", message, StringComparison.Ordinal);
    }
}
