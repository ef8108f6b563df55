using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Threads;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    private const int TopKRows = 8;

    /// <summary>
    /// The k highest of each row after multiplying columns by scales and leaving masked columns out; equal ones rank by column,
    /// lowest first. The scores are overwritten.
    /// </summary>
    /// <param name="scores"><c>[rows x n]</c>; -∞ and NaN are never selected.</param>
    /// <param name="columnScales">One factor a column, or null.</param>
    /// <param name="maskStarts">Offsets into <paramref name="maskColumns"/>, <c>[rows + 1]</c>, or empty for no mask.</param>
    /// <param name="maskColumns">Columns left out, row by row.</param>
    /// <param name="indices">Receives <c>[rows x k]</c> columns, -1 where a row has fewer than k.</param>
    /// <param name="values">Receives their scores, <c>[rows x k]</c>.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or the mask's offsets do not ascend within its columns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A masked column is none of the scores'.</exception>
    public void TopK(
        Matrix scores, Matrix? columnScales, ReadOnlySpan<int> maskStarts, ReadOnlySpan<int> maskColumns,
        Span<int> indices, Span<float> values)
    {
        if (scores.Rows == 0) return;
        int k = indices.Length / scores.Rows;
        Require(indices.Length == k * scores.Rows && values.Length == indices.Length, $"{scores.Rows} x k indices and values");
        Require(columnScales is null || columnScales.Length == scores.Columns, $"{scores.Columns} column scales");
        Require(maskStarts.IsEmpty || maskStarts.Length == scores.Rows + 1, $"{scores.Rows + 1} mask offsets");
        Require(IsAscending(maskStarts) && (maskStarts.IsEmpty || (maskStarts[0] >= 0 && maskStarts[^1] <= maskColumns.Length)), "mask offsets that ascend within the mask's columns");
        RequireIndices(maskColumns, scores.Columns);
        int keys = Kernels.TopK.ScratchLength(scores.Columns, k);
        Reserve(ref _scratch, Threads, (2 * keys) + 16);
        fixed (int* starts = maskStarts, columns = maskColumns, targets = indices)
        fixed (float* targetValues = values)
        {
            var work = new TopKWork
            {
                Scores = scores.Data,
                Rows = scores.Rows,
                Columns = scores.Columns,
                Scales = columnScales is null ? null : columnScales.Data,
                MaskStarts = starts,
                MaskColumns = columns,
                K = k,
                Indices = targets,
                Values = targetValues,
                Scratch = _scratch.Data,
                Keys = keys,
                Width = _width,
            };
            _team.Run(Parts(scores.Rows, TopKRows), ref work);
        }
    }

    private static bool IsAscending(ReadOnlySpan<int> starts)
    {
        for (int i = 1; i < starts.Length; i++)
            if (starts[i] < starts[i - 1]) return false;
        return true;
    }

    private struct TopKWork : IDividedWork
    {
        public float* Scores, Scales, Values, Scratch;
        public int* MaskStarts, MaskColumns, Indices;
        public int Rows, Columns, K, Keys;
        public SimdWidth Width;

        public readonly void Execute(int part, int worker)
        {
            var keys = new Span<ulong>(Scratch + ((nint)worker * ((2 * Keys) + 16)), Keys);
            int end = Math.Min(Rows, (part + 1) * TopKRows);
            for (int row = part * TopKRows; row < end; row++)
            {
                var scores = new Span<float>(Scores + ((nint)row * Columns), Columns);
                if (Scales is not null)
                    for (int c = 0; c < scores.Length; c++) scores[c] *= Scales[c];
                if (MaskStarts is not null)
                    Kernels.TopK.Mask(scores, new ReadOnlySpan<int>(MaskColumns + MaskStarts[row], MaskStarts[row + 1] - MaskStarts[row]));
                var indices = new Span<int>(Indices + ((nint)row * K), K);
                var values = new Span<float>(Values + ((nint)row * K), K);
                int found = Kernels.TopK.Select(scores, indices, values, keys, Width);
                indices[found..].Fill(-1);
                values[found..].Fill(float.NegativeInfinity);
            }
        }
    }
}
