using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    /// <summary><c>C = op(A) op(B)</c>, then <c>+ bias</c> (a row) and LeakyReLU if asked for.</summary>
    /// <param name="a">Left operand.</param>
    /// <param name="transposeA">Whether it is taken transposed.</param>
    /// <param name="b">Right operand.</param>
    /// <param name="transposeB">Whether it is taken transposed.</param>
    /// <param name="result">C, neither A nor B.</param>
    /// <param name="accumulate">Whether to add to C before bias and activation.</param>
    /// <param name="bias">One row as wide as C, or null.</param>
    /// <param name="leakySlope">LeakyReLU's slope below zero; 1 for no activation.</param>
    public void MatMul(
        Matrix a, bool transposeA, Matrix b, bool transposeB, Matrix result,
        bool accumulate = false, Matrix? bias = null, float leakySlope = 1f)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int m = transposeA ? a.Columns : a.Rows, k = transposeA ? a.Rows : a.Columns;
        int inner = transposeB ? b.Columns : b.Rows, n = transposeB ? b.Rows : b.Columns;
        Require(inner == k && result.Rows == m && result.Columns == n, $"[{m} x {k}] [{k} x {n}] = [{m} x {n}]");
        Require(bias is null || bias.Length == n, $"a bias of {n}");
        _gemm.Multiply(
            m, n, k,
            new GemmOperand((nint)a.Data, a.Columns, transposeA),
            new GemmOperand((nint)b.Data, b.Columns, transposeB),
            result.Data, n, accumulate,
            new GemmEpilogue(bias is null ? 0 : (nint)bias.Data, leakySlope));
    }

    /// <summary>Adds <c>A Bᵀ</c> to the leading columns of some rows of C.</summary>
    /// <param name="a">A, <c>[m x k]</c>.</param>
    /// <param name="b">B, <c>[n x k]</c>, n at most the columns of C.</param>
    /// <param name="result">C; rows from <paramref name="firstRow"/> on are added to.</param>
    internal void AddMatMul(Matrix a, Matrix b, Matrix result, int firstRow)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Require(a.Columns == b.Columns, "two matrices of the same width");
        RequireBlock(result, firstRow, 0, a.Rows, b.Rows);
        _gemm.Multiply(
            a.Rows, b.Rows, a.Columns,
            new GemmOperand((nint)a.Data, a.Columns, false), new GemmOperand((nint)b.Data, b.Columns, true),
            RowAt(result, firstRow), result.Columns, true, GemmEpilogue.None);
    }

    /// <summary><c>Y = S X + addend</c>; the addend may be null, or Y itself.</summary>
    public void SparseMatMul(CsrMatrix s, Matrix x, Matrix? addend, Matrix result)
    {
        fixed (float* values = s.Values) SparseMatMul(s, values, x, addend, result);
    }

    /// <summary>Some rows of <c>Y = S X</c>; the others stay as they are.</summary>
    internal void SparseMatMul(CsrMatrix s, Matrix x, Matrix result, int firstRow, int rows)
    {
        Require(s.Columns == x.Rows && s.Rows == result.Rows && x.Columns == result.Columns, $"[{s.Rows} x {s.Columns}] times {s.Columns} rows");
        Require(firstRow >= 0 && rows >= 0 && rows <= s.Rows - firstRow, $"rows within 0..{s.Rows}");
        SparseFlops += 2L * (s.RowStarts[firstRow + rows] - s.RowStarts[firstRow]) * x.Columns;
        fixed (float* values = s.Values)
        fixed (int* starts = s.RowStarts, indices = s.ColumnIndices)
        {
            var kernel = new Spmm(starts + firstRow, indices, values, s.Count, x.Data, x.Columns, null, result.Data + ((nint)firstRow * x.Columns));
            Run(rows, EntryCost(s, x.Columns), kernel);
        }
    }

    private void SparseMatMul(CsrMatrix s, float* values, Matrix x, Matrix? addend, Matrix result)
    {
        Require(s.Columns == x.Rows && s.Rows == result.Rows && x.Columns == result.Columns, $"[{s.Rows} x {s.Columns}] times {s.Columns} rows");
        Require(addend is null || (addend.Rows == result.Rows && addend.Columns == result.Columns), "an addend shaped as the result");
        SparseFlops += 2L * s.Count * x.Columns;
        fixed (int* starts = s.RowStarts, indices = s.ColumnIndices)
        {
            int perRow = EntryCost(s, x.Columns);
            Run(s.Rows, perRow, new Spmm(starts, indices, values, s.Count, x.Data, x.Columns, addend is null ? null : addend.Data, result.Data));
        }
    }

    /// <summary>
    /// Dot products of chosen rows with differences of chosen rows, <c>d_r = a_{x_r} · (b_{y_r} - b_{z_r})</c>, <c>[triples x 1]</c>.
    /// </summary>
    internal void DifferenceDots(Matrix a, Matrix b, ReadOnlySpan<int> x, ReadOnlySpan<int> y, ReadOnlySpan<int> z, Matrix result)
    {
        RequireTriples(a, b, x, y, z, result);
        fixed (int* left = x, plus = y, minus = z)
            Run(x.Length, 3 * a.Columns, new DifferenceDots(a.Data, b.Data, a.Columns, left, plus, minus, result.Data));
    }

    /// <summary>Adds the gradients of <see cref="DifferenceDots"/>, given those of the dot products; either target may be null.</summary>
    internal void DifferenceDotsGradient(
        Matrix a, Matrix b, ReadOnlySpan<int> x, ReadOnlySpan<int> y, ReadOnlySpan<int> z, Matrix outputGradient,
        Matrix? aResult, Matrix? bResult)
    {
        RequireTriples(a, b, x, y, z, outputGradient);
        if (aResult is not null) RequireSameShape(a, aResult);
        if (bResult is not null) RequireSameShape(b, bResult);
        fixed (int* left = x, plus = y, minus = z)
        {
            var kernel = new DifferenceDotsGradient(
                a.Data, b.Data, a.Columns, left, plus, minus, outputGradient.Data, x.Length,
                aResult is null ? null : aResult.Data, bResult is null ? null : bResult.Data);
            Run(a.Columns, 3 * x.Length, kernel, Simd512.Width);
        }
    }

    private static void RequireTriples(Matrix a, Matrix b, ReadOnlySpan<int> x, ReadOnlySpan<int> y, ReadOnlySpan<int> z, Matrix triples)
    {
        Require(a.Columns == b.Columns, "two matrices of the same width");
        Require(x.Length == y.Length && x.Length == z.Length && triples.Length == x.Length, "three lists of rows of the same length");
        RequireIndices(x, a.Rows);
        RequireIndices(y, b.Rows);
        RequireIndices(z, b.Rows);
    }
}
