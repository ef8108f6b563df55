using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class MatMulTests : DeviceTest
{
    /// <summary>Sizes at and around the borders of tiles (6, 12, 32), blocks of rows (96), panels and depths (512).</summary>
    private static readonly (int M, int N, int K)[] Sizes =
    [
        (1, 1, 1), (5, 6, 7), (6, 32, 11), (7, 33, 12), (11, 13, 31), (12, 31, 32), (13, 32, 33), (31, 97, 95), (95, 12, 97), (97, 95, 13),
        (7, 5, 511), (12, 33, 512), (13, 31, 513), (33, 12, 600), (511, 13, 6), (600, 7, 33), (5, 513, 12), (13, 600, 31), (32, 512, 95),
        (96, 64, 96), (0, 5, 3), (3, 0, 5), (0, 0, 0),
    ];

    public static TheoryData<int, bool, bool> WidthsAndTranspositions
    {
        get
        {
            var data = new TheoryData<int, bool, bool>();
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
                foreach (bool transposeA in (bool[])[false, true])
                    foreach (bool transposeB in (bool[])[false, true])
                        data.Add((int)width, transposeA, transposeB);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WidthsAndTranspositions))]
    public void Products_agree_with_their_twin_at_every_border(int width, bool transposeA, bool transposeB)
    {
        using Device device = Create(width);
        foreach ((int m, int n, int k) in Sizes)
        {
            using Matrix a = Operand(m, k, transposeA, 1), b = Operand(k, n, transposeB, 2);
            double[,] expected = Dense.MatMul(Dense.Of(a), Dense.Of(b), transposeA, transposeB);
            double tolerance = Tolerance(k);
            Agreement.Overwrites(expected, result => device.MatMul(a, transposeA, b, transposeB, result), tolerance, $"{m} {n} {k}");
            Agreement.Accumulates(expected, result => device.MatMul(a, transposeA, b, transposeB, result, accumulate: true), tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Bias_and_activation_come_after_the_whole_sum(int width)
    {
        using Device device = Create(width);
        foreach ((int m, int n, int k) in Sizes.Append((3, 7, 0)))
        {
            using Matrix a = Noise.Matrix(m, k, 1), b = Noise.Matrix(k, n, 2), bias = Noise.Matrix(1, n, 3), before = Noise.Matrix(m, n, 4);
            double[,] product = Dense.MatMul(Dense.Of(a), Dense.Of(b));
            foreach (float slope in (float[])[1f, 0.2f])
            {
                Agreement.Overwrites(
                    Twin.BiasActivation(product, Dense.Of(bias), slope),
                    result => device.MatMul(a, false, b, false, result, false, bias, slope), Tolerance(k));
                Agreement.Overwrites(
                    Twin.BiasActivation(product, null, slope),
                    result => device.MatMul(a, false, b, false, result, leakySlope: slope), Tolerance(k));
                using Matrix added = before.Clone();
                device.MatMul(a, false, b, false, added, accumulate: true, bias, slope);
                Agreement.Check(Twin.BiasActivation(product.Plus(Dense.Of(before)), Dense.Of(bias), slope), added, Tolerance(k));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void An_inner_dimension_of_zero_gives_zeros_or_leaves_the_result(int width)
    {
        using Device device = Create(width);
        using Matrix a = new(7, 0), b = new(0, 33);
        Agreement.Overwrites(new double[7, 33], result => device.MatMul(a, false, b, false, result));
        Agreement.Accumulates(new double[7, 33], result => device.MatMul(a, false, b, false, result, accumulate: true), tolerance: 0);
    }

    [Theory]
    [MemberData(nameof(WidthsAndTranspositions))]
    public void A_row_of_a_large_product_has_the_bits_of_the_product_of_that_row_alone(int width, bool transposeA, bool transposeB)
    {
        const int m = 131, n = 75, k = 525;
        using Device device = Create(width);
        using Matrix a = Operand(m, k, transposeA, 1), b = Operand(k, n, transposeB, 2), bias = Noise.Matrix(1, n, 3);
        using Matrix all = new(m, n), one = new(1, n), row = transposeA ? new(k, 1) : new(1, k);
        device.MatMul(a, transposeA, b, transposeB, all, false, bias, 0.1f);
        foreach (int i in (int[])[0, 5, 6, 11, 12, 95, 96, 97, 126, 130])
        {
            for (int step = 0; step < k; step++) row.Span[step] = transposeA ? a[step, i] : a[i, step];
            device.MatMul(row, transposeA, b, transposeB, one, false, bias, 0.1f);
            Assert.True(Agreement.SameBits(all.Row(i), one.Row(0)), $"row {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_bits_do_not_depend_on_the_number_of_threads(int width)
    {
        using Matrix a = Noise.Matrix(203, 530, 1), b = Noise.Matrix(530, 61, 2), expected = new(203, 61), actual = new(203, 61);
        using (Device one = new(1, (SimdWidth)width)) one.MatMul(a, false, b, false, expected);
        foreach (int threads in (int[])[2, 3, 5])
        {
            using Device several = new(threads, (SimdWidth)width);
            several.MatMul(a, false, b, false, actual);
            Agreement.SameBits(expected, actual, $"{threads} threads");
        }
    }

    private static Matrix Operand(int rows, int columns, bool transposed, int seed) =>
        transposed ? Noise.Matrix(columns, rows, seed) : Noise.Matrix(rows, columns, seed);

    private static double Tolerance(int k) => 1e-6 * (1 + Math.Sqrt(k));
}
