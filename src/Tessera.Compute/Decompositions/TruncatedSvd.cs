using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Decompositions;

/// <summary>
/// The largest singular values of a sparse or dense matrix <c>A ≈ U Σ Vᵀ</c> and their right singular vectors, by randomized subspace iteration
/// (Halko, Martinsson and Tropp, "Finding Structure with Randomness", SIAM Review 53(2), 2011: algorithms 4.4 and 5.1). The left
/// vectors are <c>U = A V Σ⁻¹</c>, one more product.
/// </summary>
/// <remarks>
/// For A <c>[n x m]</c> with e entries (n·m where it is dense), rank k, l = k + 16 and q iterations: 4(q + 1)·e·l flops of products with A, 3(q + 2)·(n + m)·l² of
/// orthonormalization, some 60·l³ of the small decomposition; the sparse products move 8(q + 1)·e·l bytes through the caches. Memory
/// is 4(n + m)·l + 4·m·k bytes beside A and its transposed. The same seed gives the same bits, whatever the number of threads.
/// </remarks>
public sealed class TruncatedSvd : IDisposable
{
    private const int Oversampling = 16;
    private const double Resolution = 1e-5;
    private const long MaxSparseProduct = 1L << 29; // multiplications between two looks at the cancellationToken, some 0.1 s
    private const long MaxDenseProduct = 1L << 33;

    private TruncatedSvd(double[] singularValues, Matrix right)
    {
        SingularValues = singularValues;
        Right = right;
    }

    /// <summary>
    /// Σ, descending, at most k: fewer where the matrix has a lower rank. Values below 1e-5 of the largest count as zero, as float32
    /// does not resolve them.
    /// </summary>
    public IReadOnlyList<double> SingularValues { get; }

    /// <summary>V, <c>[m x singular values]</c>, columns orthonormal; the component of largest magnitude of each is positive.</summary>
    public Matrix Right { get; }

    /// <summary>Decomposes.</summary>
    /// <param name="a">A; all values finite.</param>
    /// <param name="rank">k, 1 or more; may exceed A's rank and size.</param>
    /// <param name="device">Does the products.</param>
    /// <param name="rng">Source of the random start.</param>
    /// <param name="iterations">q, 0 or more: each brings the subspace closer, by the square of the ratio of singular values around k.</param>
    /// <param name="progress">Receives the share done, in (0, 1].</param>
    /// <param name="cancellationToken">Stops within a product, too.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    /// <exception cref="ArithmeticException">A product exceeds float32.</exception>
    public static TruncatedSvd Of(
        CsrMatrix a, int rank, Device device, Rng rng, int iterations = 4, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(device);
        for (int row = 0; row < a.Rows; row++) RequireFinite(row, a.RowValues(row), nameof(a));
        return a.Count == 0 ? new TruncatedSvd([], new Matrix(a.Columns, 0)) : Of(
            a.Rows, a.Columns, (transposed, x, result) => Multiply(transposed ? a.Transposed : a, x, result, device, cancellationToken),
            rank, device, rng, iterations, progress, cancellationToken);
    }

    /// <inheritdoc cref="Of(CsrMatrix, int, Device, Rng, int, IProgress{double}?, CancellationToken)"/>
    public static TruncatedSvd Of(
        Matrix a, int rank, Device device, Rng rng, int iterations = 4, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(device);
        for (int row = 0; row < a.Rows; row++) RequireFinite(row, a.Row(row), nameof(a));
        return !a.Span.ContainsAnyExcept(0f) ? new TruncatedSvd([], new Matrix(a.Columns, 0)) : Of(
            a.Rows, a.Columns, (transposed, x, result) => Multiply(a, transposed, x, result, device, cancellationToken),
            rank, device, rng, iterations, progress, cancellationToken);
    }

    /// <summary>Some rows at a time, as the cancellation is looked at in between.</summary>
    private static void Multiply(CsrMatrix a, Matrix x, Matrix result, Device device, CancellationToken cancellationToken)
    {
        int rows = (int)Math.Clamp(MaxSparseProduct * a.Rows / ((long)a.Count * x.Columns), 1, a.Rows);
        for (int row = 0; row < a.Rows; row += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            device.SparseMatMul(a, x, result, row, Math.Min(rows, a.Rows - row));
        }
    }

    /// <summary><c>A X</c>, or <c>Aᵀ X</c> where transposed, by some rows of A at a time, as the cancellation is looked at in between.</summary>
    internal static void Multiply(
        Matrix a, bool transposed, Matrix x, Matrix result, Device device, CancellationToken cancellationToken, long maxProduct = MaxDenseProduct)
    {
        int rows = (int)Math.Clamp(maxProduct / ((long)a.Columns * x.Columns), 1, a.Rows);
        for (int row = 0; row < a.Rows; row += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(rows, a.Rows - row);
            Matrix some = a.RowRange(row, count);
            if (transposed) device.MatMul(some, true, x.RowRange(row, count), false, result, accumulate: row > 0);
            else device.MatMul(some, false, x, false, result.RowRange(row, count));
        }
    }

    /// <param name="multiply"><c>A X</c>, or <c>Aᵀ X</c> where transposed.</param>
    private static TruncatedSvd Of(
        int rows, int columns, Action<bool, Matrix, Matrix> multiply,
        int rank, Device device, Rng rng, int iterations, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentNullException.ThrowIfNull(rng);
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        int width = (int)Math.Min((long)rank + Oversampling, Math.Min(rows, columns));
        using Matrix left = new(rows, width), right = new(columns, width);
        using var qr = new CholeskyQr(device, width, cancellationToken);
        foreach (ref float value in right.Span) value = rng.NextGaussian();
        Multiply(false, right, left, 0);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            qr.Orthonormalize(left);
            Multiply(true, left, right, (2 * iteration) + 1);
            qr.Orthonormalize(right);
            Multiply(false, right, left, (2 * iteration) + 2);
        }

        qr.Orthonormalize(left);
        qr.Orthonormalize(left);
        Multiply(true, left, right, (2 * iterations) + 1);
        return Rotated(right, Factorize(right, qr), rank, device, cancellationToken);

        void Multiply(bool transposed, Matrix x, Matrix result, int product)
        {
            cancellationToken.ThrowIfCancellationRequested();
            multiply(transposed, x, result);
            progress?.Report((product + 1d) / (2 * (iterations + 1)));
        }
    }

    /// <summary>Frees V.</summary>
    public void Dispose() => Right.Dispose();

    private static void RequireFinite(int row, ReadOnlySpan<float> values, string matrix)
    {
        foreach (float value in values)
            if (!float.IsFinite(value)) throw new ArgumentException($"Row {row} of the matrix holds {value}; expected finite values.", matrix);
    }

    // Y = Q (R2 R1); returns the columns of R2 R1.
    private static double[] Factorize(Matrix y, CholeskyQr qr)
    {
        int n = y.Columns;
        qr.Orthonormalize(y);
        double[] first = qr.Factor.ToArray();
        qr.Orthonormalize(y);
        var columns = new double[n * n];
        for (int row = 0; row < n; row++)
        {
            for (int column = row; column < n; column++)
            {
                double sum = 0;
                for (int k = row; k <= column; k++) sum += qr.Factor[(row * n) + k] * first[(k * n) + column];
                columns[(column * n) + row] = sum;
            }
        }

        return columns;
    }

    // V = Q U for the singular vectors U of the small factor.
    private static TruncatedSvd Rotated(Matrix q, double[] factor, int rank, Device device, CancellationToken cancellationToken)
    {
        int n = q.Columns;
        double[] values = JacobiSvd.Decompose(factor, n, cancellationToken);
        int kept = 0;
        while (kept < Math.Min(rank, n) && values[kept] > Resolution * values[0]) kept++;
        using var rotation = new Matrix(n, kept);
        for (int column = 0; column < kept; column++)
            for (int row = 0; row < n; row++) rotation[row, column] = (float)factor[(column * n) + row];

        var right = new Matrix(q.Rows, kept);
        device.MatMul(q, false, rotation, false, right);
        FixSigns(right);
        return new TruncatedSvd(values[..kept], right);
    }

    private static void FixSigns(Matrix matrix)
    {
        var largest = new float[matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
        {
            Span<float> values = matrix.Row(row);
            for (int column = 0; column < largest.Length; column++)
                if (Math.Abs(values[column]) > Math.Abs(largest[column])) largest[column] = values[column];
        }

        for (int row = 0; row < matrix.Rows; row++)
        {
            Span<float> values = matrix.Row(row);
            for (int column = 0; column < largest.Length; column++)
                if (largest[column] < 0) values[column] = -values[column];
        }
    }
}
