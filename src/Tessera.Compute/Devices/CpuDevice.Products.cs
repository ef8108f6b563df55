using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class CpuDevice
{
    /// <inheritdoc/>
    public override void MatMul(
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

    /// <inheritdoc/>
    public override void SparseMatMul(CsrMatrix s, Matrix x, Matrix? addend, Matrix result)
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

    /// <inheritdoc/>
    public override void BprDifferences(
        Matrix users, Matrix items, ReadOnlySpan<int> user, ReadOnlySpan<int> positive, ReadOnlySpan<int> negative, Matrix result)
    {
        RequireTriples(users, items, user, positive, negative, result);
        fixed (int* u = user, i = positive, j = negative)
        {
            Run(user.Length, 3 * users.Columns, new BprDifferences(users.Data, items.Data, users.Columns, u, i, j, result.Data));
        }
    }

    /// <inheritdoc/>
    public override void BprGradient(
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
