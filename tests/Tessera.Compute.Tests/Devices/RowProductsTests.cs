using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class RowProductsTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Row_dots_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix a = Noise.Matrix(rows, columns, 1), b = Noise.Matrix(rows, columns, 2);
            Agreement.Overwrites(
                Twin.RowProducts(Dense.Of(a), Dense.Of(b)), result => device.RowDots(a, b, result), tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scaling_rows_agrees_with_its_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1), factors = Noise.Matrix(rows, 1, 2);
            double[,] expected = Twin.ScaleChunks(Dense.Of(x), Dense.Of(factors));
            Agreement.Overwrites(expected, result => device.ScaleRows(x, factors, result));
            Agreement.Accumulates(expected, result => device.ScaleRows(x, factors, result, accumulate: true));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_of_elements_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix a = Noise.Matrix(rows, columns, 1), b = Noise.Matrix(rows, columns, 2);
            double[,] expected = Dense.Of(a).Map((r, c) => (double)a[r, c] * b[r, c]);
            Agreement.Overwrites(expected, result => device.Multiply(a, b, result));
            Agreement.Accumulates(expected, result => device.Multiply(a, b, result, accumulate: true));
        }
    }
}
