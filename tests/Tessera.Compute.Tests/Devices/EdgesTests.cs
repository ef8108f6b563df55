using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class EdgesTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Dots_along_entries_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            CsrMatrix pattern = Noise.Sparse(rows, 41, perRow: 6, seed: 1);
            using Matrix a = Noise.Matrix(rows, columns, 2), b = Noise.Matrix(41, columns, 3);
            double[,] expected = Twin.EdgeDots(pattern, Dense.Of(a), Dense.Of(b));
            Agreement.Overwrites(expected, result => device.EdgeDots(pattern, a, b, result), tolerance: 1e-5);
            Agreement.Accumulates(expected, result => device.EdgeDots(pattern, a, b, result, accumulate: true), tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_of_computed_values_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            CsrMatrix pattern = Noise.Sparse(rows, 41, perRow: 6, seed: 1);
            using Matrix values = Noise.Matrix(pattern.Count, 1, 2), x = Noise.Matrix(41, columns, 3);
            double[,] expected = Twin.EdgeMatMul(pattern, Dense.Of(values), Dense.Of(x));
            Agreement.Overwrites(expected, result => device.EdgeMatMul(pattern, values, x, null, result));
            Agreement.Accumulates(expected, result => device.EdgeMatMul(pattern, values, x, result, result));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Softmax_within_rows_and_its_gradient_agree_with_their_twins(int width)
    {
        using Device device = Create(width);
        CsrMatrix pattern = Noise.Sparse(700, 300, perRow: 40, seed: 1);
        using Matrix x = Noise.Matrix(pattern.Count, 1, 2), dy = Noise.Matrix(pattern.Count, 1, 3), y = new(pattern.Count, 1);
        double[,] expected = Twin.SegmentSoftmax(pattern, Dense.Of(x));
        Agreement.Overwrites(expected, result => device.SegmentSoftmax(pattern, x, result));
        device.SegmentSoftmax(pattern, x, y);

        double[,] slopes = new double[pattern.Count, 1];
        for (int row = 0; row < pattern.Rows; row++)
        {
            double along = 0;
            for (int e = pattern.RowStarts[row]; e < pattern.RowStarts[row + 1]; e++) along += expected[e, 0] * dy[e, 0];
            for (int e = pattern.RowStarts[row]; e < pattern.RowStarts[row + 1]; e++) slopes[e, 0] = expected[e, 0] * (dy[e, 0] - along);
        }

        Agreement.Overwrites(slopes, result => device.SegmentSoftmaxGradient(pattern, y, dy, result, accumulate: false));
        Agreement.Accumulates(slopes, result => device.SegmentSoftmaxGradient(pattern, y, dy, result, accumulate: true));
    }

    [Fact]
    public void Values_that_do_not_fit_the_pattern_are_refused()
    {
        using var device = new Device(1);
        CsrMatrix pattern = Noise.Sparse(5, 4, perRow: 3, seed: 1);
        using Matrix values = new(pattern.Count + 1, 1), x = new(4, 2), result = new(5, 2);
        Assert.Throws<ArgumentException>(() => device.EdgeMatMul(pattern, values, x, null, result));
        Assert.Throws<ArgumentException>(() => device.EdgeDots(pattern, result, x, values));
        Assert.Throws<ArgumentException>(() => device.SegmentSoftmax(pattern, values, values));
    }
}
