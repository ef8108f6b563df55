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

    /// <summary><c>Y = S X + addend</c>; the addend may be null, or Y itself.</summary>
    public void SparseMatMul(CsrMatrix s, Matrix x, Matrix? addend, Matrix result)
    {
        fixed (float* values = s.Values) SparseMatMul(s, values, x, addend, result);
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

    /// <summary>Score differences <c>u·i - u·j</c> of triples of rows, <c>[triples x 1]</c>.</summary>
    public void BprDifferences(
        Matrix users, Matrix items, ReadOnlySpan<int> user, ReadOnlySpan<int> positive, ReadOnlySpan<int> negative, Matrix result)
    {
        RequireTriples(users, items, user, positive, negative, result);
        fixed (int* u = user, i = positive, j = negative)
        {
            Run(user.Length, 3 * users.Columns, new BprDifferences(users.Data, items.Data, users.Columns, u, i, j, result.Data));
        }
    }

    /// <summary>Adds the gradients of <see cref="BprDifferences"/>, given those of the differences; either target may be null.</summary>
    public void BprGradient(
        Matrix users, Matrix items, ReadOnlySpan<int> user, ReadOnlySpan<int> positive, ReadOnlySpan<int> negative,
        Matrix differenceGradients, Matrix? userResult, Matrix? itemResult)
    {
        RequireTriples(users, items, user, positive, negative, differenceGradients);
        if (userResult is not null) RequireSameShape(users, userResult);
        if (itemResult is not null) RequireSameShape(items, itemResult);
        fixed (int* u = user, i = positive, j = negative)
        {
            var kernel = new BprGradient(
                users.Data, items.Data, users.Columns, u, i, j, differenceGradients.Data, user.Length,
                userResult is null ? null : userResult.Data, itemResult is null ? null : itemResult.Data);
            Run(users.Columns, ElementsPerPart / Simd512.Width, kernel);
        }
    }

    private static void RequireTriples(
        Matrix users, Matrix items, ReadOnlySpan<int> user, ReadOnlySpan<int> positive, ReadOnlySpan<int> negative, Matrix triples)
    {
        Require(users.Columns == items.Columns, "users and items of the same width");
        Require(user.Length == positive.Length && user.Length == negative.Length && triples.Length == user.Length, "as many users, positives and negatives");
        RequireIndices(user, users.Rows);
        RequireIndices(positive, items.Rows);
        RequireIndices(negative, items.Rows);
    }
}
