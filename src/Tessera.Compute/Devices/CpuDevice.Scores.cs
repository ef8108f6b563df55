using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class CpuDevice
{
    // Scores are computed, used and forgotten in blocks of 2 MB, which stay in cache.
    private const int BlockQueries = 512;
    private const int BlockKeys = 1024;
    private const int ScoreCost = 4;
    private Matrix _scores = new(1, 1);

    /// <inheritdoc/>
    public override void LogSumScores(Matrix queries, Matrix keys, float scale, bool exceptOwn, Matrix result, bool accumulate = false)
    {
        RequireScores(queries, keys, scale, result);
        if (!accumulate) Fill(result, float.NegativeInfinity);
        for (int query = 0; query < queries.Rows; query += BlockQueries)
        {
            int rows = Math.Min(BlockQueries, queries.Rows - query);
            for (int key = 0; key < keys.Rows; key += BlockKeys)
            {
                int columns = Math.Min(BlockKeys, keys.Rows - key);
                Scores(queries, query, rows, keys, key, columns);
                Run(rows, ScoreCost * columns, new LogSumRows(_scores.Data, columns, scale, Own(exceptOwn, query, key), result.Data + query));
            }
        }
    }

    /// <inheritdoc/>
    public override void LogSumScoresGradient(
        Matrix queries, Matrix keys, float scale, bool exceptOwn, Matrix output, Matrix outputGradient, Matrix? queryResult, Matrix? keyResult)
    {
        RequireScores(queries, keys, scale, output);
        RequireSameShape(output, outputGradient);
        if (queryResult is not null) RequireSameShape(queries, queryResult);
        if (keyResult is not null) RequireSameShape(keys, keyResult);
        for (int query = 0; query < queries.Rows; query += BlockQueries)
        {
            int rows = Math.Min(BlockQueries, queries.Rows - query);
            for (int key = 0; key < keys.Rows; key += BlockKeys)
            {
                int columns = Math.Min(BlockKeys, keys.Rows - key);
                Scores(queries, query, rows, keys, key, columns);
                var slopes = new LogSumRowsGradient(
                    _scores.Data, columns, scale, Own(exceptOwn, query, key), output.Data + query, outputGradient.Data + query);
                Run(rows, ScoreCost * columns, slopes);
                if (queryResult is not null) AddProduct(rows, columns, false, keys, key, queryResult, query);
                if (keyResult is not null) AddProduct(columns, rows, true, queries, query, keyResult, key);
            }
        }
    }

    // Column of the first row's own key in a block; far outside where own keys count.
    private static int Own(bool exceptOwn, int query, int key) => exceptOwn ? query - key : int.MinValue;

    private static float* RowAt(Matrix matrix, int row) => matrix.Data + ((nint)row * matrix.Columns);

    private static void RequireScores(Matrix queries, Matrix keys, float scale, Matrix result)
    {
        Require(queries.Columns == keys.Columns, "queries and keys of the same width");
        Require(result.Rows == queries.Rows && result.Columns == 1, $"[{queries.Rows} x 1]");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
    }

    private void Scores(Matrix queries, int query, int rows, Matrix keys, int key, int columns)
    {
        if (_scores.Length < rows * columns)
        {
            _scores.Dispose();
            _scores = new Matrix(rows, columns);
        }

        _gemm.Multiply(
            rows, columns, queries.Columns,
            new GemmOperand((nint)RowAt(queries, query), queries.Columns, false),
            new GemmOperand((nint)RowAt(keys, key), keys.Columns, true),
            _scores.Data, columns, false, GemmEpilogue.None);
    }

    // Rows of the target += op(block of scores) times rows of the other side.
    private void AddProduct(int rows, int depth, bool transposed, Matrix other, int otherRow, Matrix target, int targetRow) =>
        _gemm.Multiply(
            rows, other.Columns, depth,
            new GemmOperand((nint)_scores.Data, transposed ? rows : depth, transposed),
            new GemmOperand((nint)RowAt(other, otherRow), other.Columns, false),
            RowAt(target, targetRow), target.Columns, true, GemmEpilogue.None);
}
