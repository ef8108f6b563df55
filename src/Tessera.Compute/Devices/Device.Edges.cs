using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    private const int SoftmaxCost = 8;

    /// <summary><c>Y = S X + addend</c>, S having the entries of a pattern and other values; the addend may be null, or Y itself.</summary>
    internal void EdgeMatMul(CsrMatrix pattern, Matrix values, Matrix x, Matrix? addend, Matrix result)
    {
        RequireValues(pattern, values);
        SparseMatMul(pattern, values.Data, x, addend, result);
    }

    /// <summary>For each entry (r, c) of a pattern <c>a_r · b_c</c>, <c>[entries x 1]</c>.</summary>
    internal void EdgeDots(CsrMatrix pattern, Matrix a, Matrix b, Matrix result, bool accumulate = false)
    {
        RequireValues(pattern, result);
        Require(
            a.Rows == pattern.Rows && b.Rows == pattern.Columns && a.Columns == b.Columns,
            $"{pattern.Rows} and {pattern.Columns} rows of the same width");
        SparseFlops += 2L * pattern.Count * a.Columns;
        fixed (int* starts = pattern.RowStarts, indices = pattern.ColumnIndices)
        {
            Run(pattern.Rows, EntryCost(pattern, a.Columns), new EdgeDots(starts, indices, a.Data, b.Data, a.Columns, result.Data, accumulate));
        }
    }

    /// <summary>Softmax over the entries of each row of a pattern.</summary>
    internal void SegmentSoftmax(CsrMatrix pattern, Matrix values, Matrix result)
    {
        RequireValues(pattern, values);
        RequireSameShape(values, result);
        fixed (int* starts = pattern.RowStarts)
            Run(pattern.Rows, EntryCost(pattern, SoftmaxCost), new SegmentSoftmax(starts, values.Data, result.Data));
    }

    /// <summary>Gradient of <see cref="SegmentSoftmax"/>.</summary>
    internal void SegmentSoftmaxGradient(CsrMatrix pattern, Matrix output, Matrix outputGradient, Matrix result, bool accumulate)
    {
        RequireValues(pattern, output);
        RequireSameShape(output, outputGradient);
        RequireSameShape(output, result);
        fixed (int* starts = pattern.RowStarts)
        {
            var kernel = new SegmentSoftmaxGradient(starts, output.Data, outputGradient.Data, result.Data, accumulate);
            Run(pattern.Rows, EntryCost(pattern, 1), kernel);
        }
    }

    /// <summary>How many floats a row of a sparse matrix stands for if an entry stands for some.</summary>
    private static int EntryCost(CsrMatrix pattern, int floats) =>
        (int)Math.Min(int.MaxValue, (1 + ((long)pattern.Count / Math.Max(1, pattern.Rows))) * floats);

    private static void RequireValues(CsrMatrix pattern, Matrix values) =>
        Require(values.Rows == pattern.Count && values.Columns == 1, $"[{pattern.Count} x 1], one value an entry");
}
