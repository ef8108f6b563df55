using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class DropoutTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Which_elements_stay_depends_on_seed_and_position_alone(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1), ones = Ones(rows, columns), factors = new(rows, columns);
            using (var scalar = new Device(1)) scalar.Dropout(ones, 0.3f, seed: 5, factors);
            double[,] expected = Dense.Of(x).Map((r, c) => factors[r, c] * x[r, c]);
            Agreement.Overwrites(expected, result => device.Dropout(x, 0.3f, seed: 5, result));
            Agreement.Accumulates(expected, result => device.Dropout(x, 0.3f, seed: 5, result, accumulate: true));
        }
    }

    [Fact]
    public void The_given_share_is_dropped_and_the_rest_scaled_up()
    {
        using var device = new Device(2);
        using Matrix ones = Ones(300, 200), dropped = new(300, 200), other = new(300, 200);
        device.Dropout(ones, 0.3f, seed: 5, dropped);
        device.Dropout(ones, 0.3f, seed: 6, other);
        float[] values = dropped.Span.ToArray();
        Assert.Equal(0.3, values.Count(v => v == 0f) / 60000.0, 0.01);
        Assert.All(values, value => Assert.True(value is 0f or 1f / 0.7f));
        double both = values.Zip(other.Span.ToArray()).Count(pair => pair is { First: 0f, Second: 0f }) / 60000.0;
        double neighbors = Enumerable.Range(1, 59999).Count(n => values[n] == 0f && values[n - 1] == 0f) / 60000.0;
        Assert.Equal(0.09, both, 0.01); // seeds and neighbors are independent
        Assert.Equal(0.09, neighbors, 0.01);
    }

    private static Matrix Ones(int rows, int columns)
    {
        var ones = new Matrix(rows, columns);
        ones.Span.Fill(1f);
        return ones;
    }
}
