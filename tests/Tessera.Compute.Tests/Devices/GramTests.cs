using System.Runtime.InteropServices;
using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class GramTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void The_products_of_columns_agree_with_their_twin_to_float64(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1);
            double[,] expected = Dense.MatMul(Dense.Of(x), Dense.Of(x), transposeA: true);
            double[] actual = Gram(device, x);
            for (int i = 0; i < columns; i++)
                for (int j = 0; j < columns; j++) Assert.Equal(expected[i, j], actual[(i * columns) + j], 1e-12 * Math.Max(1, rows));
        }
    }

    [Fact]
    public void The_bits_are_the_same_for_any_number_of_threads_any_width_and_however_many_panels()
    {
        using Matrix x = Noise.Matrix(5000, 61, 2);
        using Device plain = new(1, SimdWidth.Scalar);
        double[] expected = Gram(plain, x);
        var direct = new double[61 * 61];
        for (int row = 0; row < x.Rows; row++)
            for (int e = 0; e < direct.Length; e++) direct[e] += (double)x[row, e / 61] * x[row, e % 61];
        Assert.Equal(direct, expected);
        foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
        {
            using Device device = new(3, width);
            Assert.Equal(expected, Gram(device, x));
        }
    }

    [Fact]
    public void A_result_of_another_size_is_refused()
    {
        using Device device = new(1);
        using Matrix x = Noise.Matrix(3, 4, 1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => device.Gram(x, new double[12]));
        Assert.Contains("[4 x 4]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_that_is_too_wide_is_refused_and_the_device_works_on()
    {
        const int wide = 32_641;
        using Device device = new(1);
        using Matrix x = Noise.Matrix(40, 61, 3), tooWide = new(1, wide);
        double[] expected = Gram(device, x);
        double untouched = 0; // stands for a result of 8.5 GB, which a refusal does not write
        Assert.Throws<InsufficientMemoryException>(() => device.Gram(tooWide, MemoryMarshal.CreateSpan(ref untouched, wide * wide)));
        Assert.Equal(expected, Gram(device, x));
    }

    private static double[] Gram(Device device, Matrix x)
    {
        var result = new double[x.Columns * x.Columns];
        Array.Fill(result, double.NaN);
        device.Gram(x, result);
        return result;
    }
}
