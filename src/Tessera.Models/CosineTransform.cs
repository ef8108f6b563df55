using Tessera.Compute.Devices;

namespace Tessera.Models;

/// <summary>
/// The orthonormal discrete cosine transform of type II as a product with its matrix C,
/// <c>C_kj = √(2/n) cos(π (2j + 1) k / (2n))</c>, the row k = 0 divided by √2. As C is orthonormal, the inverse is <c>Cᵀ</c>.
/// </summary>
internal static class CosineTransform
{
    private const int RowsAtOnce = 512;

    /// <summary>The grid of a vector of D elements: p is the largest divisor of D with p ≤ √D, and q = D / p.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is less than 1.</exception>
    public static (int P, int Q) Grid(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        int p = (int)Math.Sqrt(dimensions);
        while (dimensions % p != 0) p--;
        return (p, dimensions / p);
    }

    /// <summary>C, <c>[n x n]</c>, each element the float32 nearest to the float64 value.</summary>
    public static Matrix Basis(int n) => Basis(n, 0, n);

    /// <summary>The transform of each row, <c>X Cᵀ</c>.</summary>
    public static Matrix OfRows(Device device, Matrix x)
    {
        using Matrix basis = Basis(x.Columns);
        var result = new Matrix(x.Rows, x.Columns);
        device.MatMul(x, false, basis, true, result);
        return result;
    }

    /// <summary>The transform of each column, <c>C X</c>. C, as large as X has rows, is never held whole.</summary>
    public static Matrix OfColumns(Device device, Matrix x)
    {
        var result = new Matrix(x.Rows, x.Columns);
        for (int first = 0; first < x.Rows; first += RowsAtOnce)
        {
            using Matrix basis = Basis(x.Rows, first, Math.Min(RowsAtOnce, x.Rows - first)), block = result.RowRange(first, basis.Rows);
            device.MatMul(basis, false, x, false, block);
        }

        return result;
    }

    // Rows of C; their cosines are those of the multiples of π / (2n), of which there are 4n.
    private static Matrix Basis(int n, int first, int count)
    {
        double[] cosines = [.. Enumerable.Range(0, 4 * n).Select(m => Math.Cos(Math.PI * m / (2.0 * n)))];
        var basis = new Matrix(count, n);
        for (int row = 0; row < count; row++)
        {
            long k = first + row;
            double scale = Math.Sqrt((k == 0 ? 1.0 : 2.0) / n);
            Span<float> values = basis.Row(row);
            for (int j = 0; j < n; j++) values[j] = (float)(scale * cosines[((2L * j) + 1) * k % (4L * n)]);
        }

        return basis;
    }
}
