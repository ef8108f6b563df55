using System.Diagnostics;
using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Decompositions;

public sealed class TruncatedSvdTests : IDisposable
{
    private readonly Device _device = new(threads: 2);

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 9, 3)]
    [InlineData(9, 1, 3)]
    [InlineData(7, 5, 5)]
    [InlineData(13, 31, 4)]
    [InlineData(31, 13, 13)]
    [InlineData(67, 45, 20)]
    [InlineData(120, 71, 30)]
    public void Singular_values_and_the_subspace_agree_with_the_twin(int rows, int columns, int rank)
    {
        CsrMatrix a = CsrMatrix.FromEntries(rows, columns, Decaying(rows, columns, seed: rows));
        (double[] values, double[,] right) = JacobiTwin.Svd(Dense.Of(a));
        using TruncatedSvd svd = Decompose(a, rank);

        int expected = Math.Min(rank, Math.Min(rows, columns));
        Assert.Equal(expected, svd.SingularValues.Count);
        for (int i = 0; i < expected; i++) Assert.Equal(values[i], svd.SingularValues[i], 1e-5 * values[0]);
        Agreement.Check(Dense.Create(expected, expected, (r, c) => r == c ? 1 : 0), Product(svd.Right, svd.Right), 1e-5, "VᵀV");

        // The cosines of the angles between the subspaces are the singular values of the product of the bases.
        double[,] best = right.Block(0, 0, columns, expected);
        double[] cosines = JacobiTwin.Svd(Dense.MatMul(best, Dense.Of(svd.Right), transposeA: true)).Values;
        Assert.True(cosines[^1] > 1 - 1e-4, $"The widest angle has cosine {cosines[^1]}.");
    }

    /// <summary>Some ten seconds' work: products, then the rotations of the small decomposition alone.</summary>
    [Theory]
    [InlineData(40_000, 50)]
    [InlineData(1_000, 2)]
    public void A_long_decomposition_stops_when_canceled(int rows, int perRow)
    {
        CsrMatrix a = Noise.Sparse(rows, 1_000, perRow, seed: 5);
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        long start = Stopwatch.GetTimestamp();
        Assert.Throws<OperationCanceledException>(() => TruncatedSvd.Of(a, rank: 900, _device, new Rng(1), cancellationToken: source.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.3, 5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public void A_dense_product_is_the_same_by_some_rows_at_a_time_and_stops_in_between(long maxProduct)
    {
        using Matrix a = Noise.Matrix(37, 11, seed: 1), narrow = Noise.Matrix(11, 5, seed: 2), tall = Noise.Matrix(37, 5, seed: 3);
        foreach ((bool transposed, Matrix x) in new[] { (false, narrow), (true, tall) })
        {
            using Matrix expected = new(transposed ? 11 : 37, 5), found = new(expected.Rows, 5);
            _device.MatMul(a, transposed, x, false, expected);
            TruncatedSvd.Multiply(a, transposed, x, found, _device, default, maxProduct);
            Agreement.Check(Dense.Of(expected), found, 1e-5, $"transposed {transposed}");
            Assert.Throws<OperationCanceledException>(() => TruncatedSvd.Multiply(a, transposed, x, found, _device, new CancellationToken(canceled: true), maxProduct));
        }
    }

    [Theory]
    [InlineData(7, 5, 5)]
    [InlineData(67, 45, 20)]
    [InlineData(45, 67, 45)]
    public void A_dense_matrix_has_the_singular_values_and_vectors_of_the_same_sparse_one(int rows, int columns, int rank)
    {
        CsrMatrix sparse = CsrMatrix.FromEntries(rows, columns, Decaying(rows, columns, seed: rows));
        using var dense = new Matrix(rows, columns);
        double[,] values = Dense.Of(sparse);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) dense[row, column] = (float)values[row, column];
        using TruncatedSvd expected = Decompose(sparse, rank), found = TruncatedSvd.Of(dense, rank, _device, new Rng(1));
        Assert.Equal(expected.SingularValues.Count, found.SingularValues.Count);
        for (int i = 0; i < expected.SingularValues.Count; i++) Assert.Equal(expected.SingularValues[i], found.SingularValues[i], 1e-5 * expected.SingularValues[0]);
        double[] cosines = JacobiTwin.Svd(Dense.MatMul(Dense.Of(expected.Right), Dense.Of(found.Right), transposeA: true)).Values;
        Assert.True(cosines[^1] > 1 - 1e-4, $"The widest angle has cosine {cosines[^1]}.");
    }

    [Theory]
    [InlineData(60, 40, 5)]
    [InlineData(40, 60, 17)]
    [InlineData(90, 80, 24)]
    public void The_reconstruction_of_noise_is_within_one_percent_of_the_best(int rows, int columns, int rank)
    {
        CsrMatrix a = Noise.Sparse(rows, columns, perRow: 12, seed: 5); // every third row is empty
        double[] values = JacobiTwin.Svd(Dense.Of(a)).Values;
        using TruncatedSvd svd = Decompose(a, rank);

        double[,] dense = Dense.Of(a), basis = Dense.Of(svd.Right);
        double[,] reconstructed = Dense.MatMul(Dense.MatMul(dense, basis), basis, transposeB: true);
        double error = Dense.SumOfSquares(Dense.Combine(1, dense, -1, reconstructed));
        double best = values.Skip(rank).Sum(value => value * value);
        Assert.InRange(error, best * (1 - 1e-5), best * 1.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_matrix_of_lower_rank_has_fewer_singular_values(int rank)
    {
        double[,] product = Dense.MatMul(Dense.Of(Noise.Matrix(50, rank, 1)), Dense.Of(Noise.Matrix(rank, 33, 2)));
        CsrMatrix a = CsrMatrix.FromEntries(50, 33, [.. Entries(product)]);
        (double[] values, _) = JacobiTwin.Svd(product);
        using TruncatedSvd svd = Decompose(a, 30);

        Assert.Equal(rank, svd.SingularValues.Count);
        Assert.Equal((33, rank), (svd.Right.Rows, svd.Right.Columns));
        for (int i = 0; i < rank; i++) Assert.Equal(values[i], svd.SingularValues[i], 1e-5 * values[0]);
        Agreement.Check(Dense.Create(rank, rank, (r, c) => r == c ? 1 : 0), Product(svd.Right, svd.Right), 1e-5, "VᵀV");
    }

    [Fact]
    public void Steep_singular_values_are_found_down_to_the_resolution_of_float32()
    {
        CsrMatrix a = CsrMatrix.FromEntries(24, 24, [.. Enumerable.Range(0, 24).Select(i => (i, (7 * i) % 24, MathF.Pow(0.5f, i)))]);
        using TruncatedSvd svd = Decompose(a, 24);
        Assert.Equal(17, svd.SingularValues.Count); // 2^-16 is above 1e-5, 2^-17 below
        for (int i = 0; i < 17; i++)
        {
            Assert.Equal(Math.Pow(0.5, i), svd.SingularValues[i], 1e-6);
            Assert.Equal(1f, svd.Right[(7 * i) % 24, i], 1e-2f);
        }
    }

    [Fact]
    public void A_matrix_without_entries_or_of_zeros_has_no_singular_values()
    {
        foreach (CsrMatrix a in new[] { CsrMatrix.FromEntries(4, 6, []), CsrMatrix.FromEntries(4, 6, [(1, 2, 0f)]), CsrMatrix.FromEntries(0, 6, []) })
        {
            using TruncatedSvd svd = Decompose(a, 3);
            Assert.Empty(svd.SingularValues);
            Assert.Equal((6, 0), (svd.Right.Rows, svd.Right.Columns));
        }
    }

    [Fact]
    public void The_largest_component_of_each_vector_is_positive()
    {
        using TruncatedSvd svd = Decompose(Noise.Sparse(70, 50, 8, seed: 3), 12);
        for (int column = 0; column < 12; column++)
        {
            float[] vector = [.. Enumerable.Range(0, 50).Select(row => svd.Right[row, column])];
            Assert.Equal(vector.Max(Math.Abs), vector.Max());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_seed_gives_the_same_bits_for_any_number_of_threads(int threads)
    {
        CsrMatrix a = Noise.Sparse(901, 9001, 75, seed: 9);
        using var device = new Device(threads);
        using TruncatedSvd expected = Decompose(a, 40), actual = TruncatedSvd.Of(a, 40, device, new Rng(4));
        Assert.Equal(expected.SingularValues, actual.SingularValues);
        Agreement.SameBits(expected.Right, actual.Right, $"{threads} threads");
        Agreement.Check(Dense.Create(40, 40, (r, c) => r == c ? 1 : 0), Product(actual.Right, actual.Right), 1e-5, "VᵀV");
    }

    [Fact]
    public void Values_that_are_not_finite_or_overflow_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Decompose(CsrMatrix.FromEntries(3, 3, [(2, 1, float.NaN)]), 2));
        Assert.Contains("Row 2 of the matrix holds NaN", error.Message, StringComparison.Ordinal);
        CsrMatrix huge = CsrMatrix.FromEntries(3, 3, [(0, 0, 3e38f), (0, 1, 3e38f), (1, 1, 3e38f), (2, 2, 3e38f)]);
        Assert.Throws<ArithmeticException>(() => Decompose(huge, 2));
    }

    [Fact]
    public void Progress_ends_at_one_and_a_canceled_run_stops()
    {
        var shares = new List<double>();
        CsrMatrix a = Noise.Sparse(20, 10, 4, seed: 1);
        using TruncatedSvd svd = TruncatedSvd.Of(a, 3, _device, new Rng(1), iterations: 1, new Shares(shares));
        Assert.Equal([0.25, 0.5, 0.75, 1], shares);
        Assert.Throws<OperationCanceledException>(
            () => TruncatedSvd.Of(a, 3, _device, new Rng(1), cancellationToken: new CancellationToken(canceled: true)));

        using Matrix dense = Noise.Matrix(20, 10, seed: 1);
        shares.Clear();
        TruncatedSvd.Of(dense, 3, _device, new Rng(1), iterations: 1, new Shares(shares)).Dispose();
        Assert.Equal([0.25, 0.5, 0.75, 1], shares);
        Assert.Throws<OperationCanceledException>(
            () => TruncatedSvd.Of(dense, 3, _device, new Rng(1), cancellationToken: new CancellationToken(canceled: true)));
    }

    private TruncatedSvd Decompose(CsrMatrix a, int rank) => TruncatedSvd.Of(a, rank, _device, new Rng(4));

    private static Matrix Product(Matrix x, Matrix y)
    {
        double[,] gram = Dense.MatMul(Dense.Of(x), Dense.Of(y), transposeA: true);
        var result = new Matrix(gram.GetLength(0), gram.GetLength(1));
        for (int row = 0; row < result.Rows; row++)
            for (int column = 0; column < result.Columns; column++) result[row, column] = (float)gram[row, column];
        return result;
    }

    // Random, with columns of falling weight, so that the singular values are apart.
    private static List<(int, int, float)> Decaying(int rows, int columns, int seed)
    {
        using Matrix noise = Noise.Matrix(rows, columns, seed);
        return [.. Entries(Dense.Of(noise).Map((r, c) => noise[r, c] * Math.Pow(0.9, c)))];
    }

    private static IEnumerable<(int, int, float)> Entries(double[,] dense)
    {
        for (int row = 0; row < dense.GetLength(0); row++)
            for (int column = 0; column < dense.GetLength(1); column++) yield return (row, column, (float)dense[row, column]);
    }

    private sealed class Shares(List<double> received) : IProgress<double>
    {
        public void Report(double value) => received.Add(value);
    }
}
