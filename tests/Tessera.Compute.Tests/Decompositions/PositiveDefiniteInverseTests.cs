using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Devices;

namespace Tessera.Compute.Tests.Decompositions;

public sealed class PositiveDefiniteInverseTests
{
    public static TheoryData<int, int> SizesAndWidths =>
        [.. from n in new[] { 1, 2, 17, 191, 192, 193, 401 } from width in DeviceTest.Widths select (n, (int)width.Data)];

    [Fact]
    public void The_inverse_of_two_by_two_is_as_worked_by_hand()
    {
        using Matrix a = Matrix.From(new[,] { { 4f, 2f }, { 2f, 3f } }); // det 8
        using var device = new Device(1);

        PositiveDefiniteInverse.Invert(a, device);

        float[] expected = [0.375f, -0.25f, -0.25f, 0.5f];
        for (int e = 0; e < 4; e++) Assert.Equal(expected[e], a.Span[e], 1e-6f);
    }

    [Theory]
    [MemberData(nameof(SizesAndWidths))]
    public void It_is_that_of_elimination_in_float64(int n, int width)
    {
        using Matrix a = Covariance(n, ridge: 5f);
        double[,] expected = Twin(a);
        using Device device = DeviceTest.Create(width);

        PositiveDefiniteInverse.Invert(a, device);

        double largest = Enumerable.Range(0, n).Max(i => expected[i, i]);
        for (int r = 0; r < n; r++)
            for (int c = 0; c < n; c++) Assert.Equal(expected[r, c], a[r, c], 2e-5 * largest);
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads_and_the_upper_triangle_is_not_read()
    {
        using Matrix a = Covariance(300, ridge: 1f), b = a.Clone();
        for (int r = 0; r < 300; r++) b.Row(r)[(r + 1)..].Fill(float.NaN);
        using Device one = new(1), three = new(3);

        PositiveDefiniteInverse.Invert(a, one);
        PositiveDefiniteInverse.Invert(b, three);

        Assert.Equal(a.Span.ToArray(), b.Span.ToArray());
    }

    [Fact]
    public void It_costs_as_many_flops_as_factor_inverse_and_product_of_cholesky()
    {
        const int N = 1920;
        using var a = new Matrix(N, N);
        for (int r = 0; r < N; r++) a[r, r] = r + 1;
        using var device = new Device(1);

        PositiveDefiniteInverse.Invert(a, device);

        Assert.InRange(device.DenseFlops, 1.0 * N * N * N, 1.6 * N * N * N); // blocks of rows reach beyond the diagonal
        Assert.Equal(1f / 700, a[699, 699], 1e-9f);
    }

    [Fact]
    public void What_is_not_positive_definite_is_refused()
    {
        using Matrix a = Matrix.From(new[,] { { 1f, 2f }, { 2f, 1f } });
        using var device = new Device(1);

        Assert.Contains("not positive definite", Assert.Throws<ArithmeticException>(() => PositiveDefiniteInverse.Invert(a, device)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stops_when_canceled()
    {
        using Matrix a = Covariance(200, ridge: 1f);
        using var device = new Device(1);

        Assert.Throws<OperationCanceledException>(() => PositiveDefiniteInverse.Invert(a, device, new CancellationToken(canceled: true)));
    }

    /// <summary>XᵀX + ridge of a sparse X of ones, as co-occurrences are.</summary>
    private static Matrix Covariance(int n, float ridge)
    {
        var rng = new Rng((ulong)n);
        using var x = new Matrix(3 * n, n);
        foreach (ref float value in x.Span) value = rng.NextSingle() < 0.05f ? 1f : 0f;
        var a = new Matrix(n, n);
        using var device = new Device(1);
        device.MatMul(x, true, x, false, a);
        for (int r = 0; r < n; r++) a[r, r] += ridge;
        return a;
    }

    private static double[,] Twin(Matrix matrix)
    {
        int n = matrix.Rows;
        double[,] a = new double[n, n], inverse = new double[n, n];
        for (int r = 0; r < n; r++)
        {
            inverse[r, r] = 1;
            for (int c = 0; c < n; c++) a[r, c] = matrix[r, c];
        }

        for (int k = 0; k < n; k++)
        {
            double pivot = a[k, k];
            for (int c = 0; c < n; c++) (a[k, c], inverse[k, c]) = (a[k, c] / pivot, inverse[k, c] / pivot);
            for (int r = 0; r < n; r++)
            {
                double factor = r == k ? 0 : a[r, k];
                if (factor == 0) continue;
                for (int c = 0; c < n; c++) (a[r, c], inverse[r, c]) = (a[r, c] - (factor * a[k, c]), inverse[r, c] - (factor * inverse[k, c]));
            }
        }

        return inverse;
    }
}
