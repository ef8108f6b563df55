using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    /// <summary>
    /// L2-normalizes the rows of x, <c>x / max(‖x‖, 1e-12)</c>, into a chunk of the result: rows from
    /// <paramref name="firstRow"/>, columns from <paramref name="firstColumn"/>. <paramref name="norms"/> is <c>[rows x 1]</c>.
    /// </summary>
    public void NormalizeRows(Matrix x, Matrix result, int firstRow, int firstColumn, Matrix norms)
    {
        RequireBlock(result, firstRow, firstColumn, x.Rows, x.Columns);
        Require(norms.Length == x.Rows, $"{x.Rows} norms");
        float* target = result.Data + ((nint)firstRow * result.Columns) + firstColumn;
        Run(x.Rows, x.Columns, new NormalizeRows(x.Data, x.Columns, x.Columns, target, result.Columns, norms.Data));
    }

    /// <summary>Gradient of <see cref="NormalizeRows"/> from the same chunk of the output and of its gradient.</summary>
    internal void NormalizeRowsGradient(
        Matrix output, Matrix outputGradient, int firstRow, int firstColumn, Matrix norms, Matrix result, bool accumulate)
    {
        RequireSameShape(output, outputGradient);
        RequireBlock(output, firstRow, firstColumn, result.Rows, result.Columns);
        Require(norms.Length == result.Rows, $"{result.Rows} norms");
        nint offset = ((nint)firstRow * output.Columns) + firstColumn;
        var kernel = new NormalizeRowsGradient(
            output.Data + offset, outputGradient.Data + offset, output.Columns, result.Columns, norms.Data, result.Data, result.Columns, accumulate);
        Run(result.Rows, result.Columns, kernel);
    }

    /// <summary>
    /// Copies a rectangle of <paramref name="rows"/> rows and <paramref name="columns"/> columns from one place of x to one
    /// of the result.
    /// </summary>
    public void CopyBlock(
        Matrix x, int row, int column, Matrix result, int resultRow, int resultColumn, int rows, int columns, bool accumulate = false)
    {
        RequireBlock(x, row, column, rows, columns);
        RequireBlock(result, resultRow, resultColumn, rows, columns);
        float* source = x.Data + ((nint)row * x.Columns) + column;
        float* target = result.Data + ((nint)resultRow * result.Columns) + resultColumn;
        Run(rows, columns, new CopyChunk(source, x.Columns, columns, target, result.Columns, accumulate));
    }

    /// <summary>Rows of x in the given order, repeats allowed.</summary>
    public void GatherRows(Matrix x, ReadOnlySpan<int> rows, Matrix result)
    {
        Require(result.Rows == rows.Length && result.Columns == x.Columns, $"[{rows.Length} x {x.Columns}]");
        RequireIndices(rows, x.Rows);
        fixed (int* indices = rows) Run(rows.Length, x.Columns, new GatherRows(x.Data, x.Columns, indices, result.Data));
    }

    /// <summary>Adds <c>α</c> times row r of x to row <c>rows[r]</c> of the result, for all r in order.</summary>
    internal void ScatterAddRows(float alpha, Matrix x, ReadOnlySpan<int> rows, Matrix result)
    {
        Require(x.Rows == rows.Length && result.Columns == x.Columns, $"[{rows.Length} x {result.Columns}]");
        RequireIndices(rows, result.Rows);
        fixed (int* indices = rows)
        {
            Run(x.Columns, rows.Length, new ScatterAddRows(alpha, x.Data, x.Columns, indices, rows.Length, result.Data), Simd512.Width);
        }
    }

    /// <summary>Dot products of rows with the same number, <c>[rows x 1]</c>.</summary>
    public void RowDots(Matrix a, Matrix b, Matrix result)
    {
        RequireSameShape(a, b);
        Require(result.Rows == a.Rows && result.Columns == 1, $"[{a.Rows} x 1]");
        Run(a.Rows, a.Columns, new RowDots(a.Data, b.Data, a.Columns, result.Data));
    }

    /// <summary>Row r of x times factor r; factors are <c>[rows x 1]</c>.</summary>
    public void ScaleRows(Matrix x, Matrix factors, Matrix result, bool accumulate = false)
    {
        RequireSameShape(x, result);
        Require(factors.Rows == x.Rows && factors.Columns == 1, $"[{x.Rows} x 1] factors");
        Run(x.Rows, x.Columns, new ScaleRows(x.Data, x.Columns, factors.Data, result.Data, accumulate));
    }

    /// <summary>Softmax of each row.</summary>
    public void SoftmaxRows(Matrix x, Matrix result)
    {
        RequireSameShape(x, result);
        Run(x.Rows, 8 * x.Columns, new SoftmaxRows(x.Data, x.Columns, result.Data));
    }

    /// <summary>Gradient of <see cref="SoftmaxRows"/>.</summary>
    internal void SoftmaxRowsGradient(Matrix output, Matrix outputGradient, Matrix result, bool accumulate)
    {
        RequireSameShape(output, outputGradient);
        RequireSameShape(output, result);
        Run(output.Rows, output.Columns, new SoftmaxRowsGradient(output.Data, outputGradient.Data, output.Columns, result.Data, accumulate));
    }

    /// <summary>Multiplies equal chunks of columns by one weight a row and chunk; weights are <c>[rows x chunks]</c>.</summary>
    internal void ScaleChunks(Matrix x, Matrix weights, Matrix result)
    {
        RequireSameShape(x, result);
        RequireChunks(x, weights);
        Run(x.Rows, x.Columns, new ScaleChunks(x.Data, x.Columns, weights.Data, weights.Columns, result.Data));
    }

    /// <summary>Gradients of <see cref="ScaleChunks"/>; either target may be null.</summary>
    internal void ScaleChunksGradient(
        Matrix x, Matrix weights, Matrix outputGradient, Matrix? xResult, bool accumulateX, Matrix? weightsResult, bool accumulateWeights)
    {
        RequireSameShape(x, outputGradient);
        RequireChunks(x, weights);
        if (xResult is not null) RequireSameShape(x, xResult);
        if (weightsResult is not null) RequireSameShape(weights, weightsResult);
        var kernel = new ScaleChunksGradient(
            x.Data, outputGradient.Data, x.Columns, weights.Data, weights.Columns,
            xResult is null ? null : xResult.Data, accumulateX, weightsResult is null ? null : weightsResult.Data, accumulateWeights);
        Run(x.Rows, x.Columns, kernel);
    }

    private static void RequireChunks(Matrix x, Matrix weights) =>
        Require(weights.Rows == x.Rows && weights.Columns > 0 && x.Columns % weights.Columns == 0, $"{x.Rows} rows of weights, as many as divide {x.Columns} columns");

    private static void RequireBlock(Matrix matrix, int row, int column, int rows, int columns) =>
        Require(
            row >= 0 && column >= 0 && rows >= 0 && columns >= 0 && row <= matrix.Rows - rows && column <= matrix.Columns - columns,
            $"{rows} rows from {row} and {columns} columns from {column} inside [{matrix.Rows} x {matrix.Columns}]");
}
