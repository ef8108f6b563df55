using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Decompositions;

/// <summary>
/// The inverse of a symmetric positive definite matrix, in its own place, by the sweep operator on blocks (Beaton, 1964): with K the columns of a
/// block and D = A_KK⁻¹, by Cholesky's factor in float64, <c>A ← A - A_·K D A_K·</c>, <c>A_·K ← A_·K D</c> and <c>A_KK ← -D</c> keep A symmetric, and
/// after all blocks it is -A⁻¹.
/// </summary>
/// <remarks>
/// n³ flops, as many as Cholesky's factor, its inverse and their product take, nearly all in dense products; 4·n² bytes for A and 1,536·n beside it.
/// The error of an element is about the condition of A times float32's resolution. The same bits on any number of threads.
/// </remarks>
internal static class PositiveDefiniteInverse
{
    private const int BlockColumns = 192; // what a dense product goes through at a time
    private const int BlockRows = 768;
    private const int Tile = 64;

    /// <summary>Puts A⁻¹ in the place of A.</summary>
    /// <param name="a"><c>[n x n]</c>; the lower triangle is read, both are written.</param>
    /// <param name="device">Does the products.</param>
    /// <param name="cancellationToken">Stops between two products; A is of no use then.</param>
    /// <exception cref="ArithmeticException">A is not positive definite, to float32's resolution.</exception>
    public static void Invert(Matrix a, Device device, CancellationToken cancellationToken = default)
    {
        int n = a.Rows;
        if (n != a.Columns) throw new ArgumentException($"The matrix is [{n} x {a.Columns}]; expected a square one.", nameof(a));
        for (int first = 0; first < n; first += BlockColumns)
        {
            int width = Math.Min(BlockColumns, n - first);
            using Matrix columns = Columns(a, first, width), negative = NegativeInverse(a, first, width), product = new(n, width);
            device.MatMul(columns, false, negative, false, product);
            for (int row = 0; row < n; row += BlockRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int end = Math.Min(n, row + BlockRows);
                using Matrix left = product.RowRange(row, end - row), right = columns.RowRange(0, end);
                device.AddMatMul(left, right, a, row);
            }

            Replace(a, first, product, negative);
        }

        MirrorNegated(a);
    }

    /// <summary>The columns of a block as <c>[n x width]</c>, read from the lower triangle; zero in the block's own rows.</summary>
    private static Matrix Columns(Matrix a, int first, int width)
    {
        var columns = new Matrix(a.Rows, width);
        for (int c = 0; c < width; c++)
        {
            ReadOnlySpan<float> row = a.Row(first + c);
            for (int r = 0; r < first; r++) columns[r, c] = row[r];
        }

        for (int r = first + width; r < a.Rows; r++) a.Row(r).Slice(first, width).CopyTo(columns.Row(r));
        return columns;
    }

    private static void Replace(Matrix a, int first, Matrix product, Matrix negative)
    {
        int width = negative.Rows;
        for (int c = 0; c < width; c++)
        {
            Span<float> row = a.Row(first + c);
            for (int r = 0; r < first; r++) row[r] = -product[r, c];
            negative.Row(c).CopyTo(row[first..]);
        }

        for (int r = first + width; r < a.Rows; r++)
        {
            Span<float> row = a.Row(r).Slice(first, width);
            ReadOnlySpan<float> from = product.Row(r);
            for (int c = 0; c < width; c++) row[c] = -from[c];
        }
    }

    /// <summary><c>-A_KK⁻¹</c> by A_KK = L Lᵀ in float64.</summary>
    private static Matrix NegativeInverse(Matrix a, int first, int n)
    {
        var rows = new double[n][]; // L, then L⁻¹ beside it
        var inverse = new double[n][];
        for (int i = 0; i < n; i++)
        {
            rows[i] = new double[n];
            inverse[i] = new double[n];
            for (int j = 0; j <= i; j++)
            {
                double rest = a[first + i, first + j] - Dot(rows[i].AsSpan(0, j), rows[j].AsSpan(0, j));
                if (i > j) rows[i][j] = rest / rows[j][j];
                else if (rest > 0) rows[i][i] = Math.Sqrt(rest);
                else throw new ArithmeticException($"The matrix is not positive definite: {rest} is left of the pivot in row {first + i}.");
            }

            inverse[i][i] = 1;
            for (int k = 0; k < i; k++) DoubleSpans.AddScaled(-rows[i][k], inverse[k].AsSpan(0, k + 1), inverse[i].AsSpan(0, k + 1));
            for (int j = 0; j <= i; j++) inverse[i][j] /= rows[i][i];
        }

        var sums = new double[n];
        var negative = new Matrix(n, n);
        for (int i = 0; i < n; i++) // row i of L⁻ᵀ L⁻¹
        {
            Array.Clear(sums);
            for (int k = i; k < n; k++) DoubleSpans.AddScaled(-inverse[k][i], inverse[k].AsSpan(0, k + 1), sums.AsSpan(0, k + 1));
            for (int j = 0; j < n; j++) negative[i, j] = (float)sums[j];
        }

        return negative;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => DoubleSpans.Dots(x, y).XY;

    private static void MirrorNegated(Matrix a)
    {
        int n = a.Rows;
        for (int top = 0; top < n; top += Tile)
        {
            for (int left = 0; left <= top; left += Tile)
            {
                for (int r = top; r < Math.Min(n, top + Tile); r++)
                {
                    Span<float> row = a.Row(r);
                    for (int c = left; c < Math.Min(left + Tile, r + 1); c++) a[c, r] = row[c] = -row[c];
                }
            }
        }
    }
}
