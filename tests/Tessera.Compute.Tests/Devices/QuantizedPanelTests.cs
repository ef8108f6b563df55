using System.Runtime.Intrinsics.X86;
using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Devices;

public sealed class QuantizedPanelTests
{
    private static readonly (int Rows, int Columns)[] Sizes = [(1, 1), (5, 7), (9, 31), (64, 192), (191, 65), (192, 193), (385, 400)];

    public static TheoryData<bool> Widths => [.. QuantizedRows.IsSupported ? (bool[])(Avx512BW.IsSupported ? [false, true] : [false]) : []];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Widths))]
    public void All_rows_above_the_threshold_are_candidates_and_few_others(bool isWide)
    {
        foreach ((int rows, int columns) in Sizes)
        {
            using Matrix matrix = Noise.Matrix(rows, columns, 1);
            var quantized = new QuantizedRows(matrix);
            using var panel = new QuantizedPanel(columns, isWide);
            foreach (int lanes in (int[])[1, 4, 5, 8, 17, QuantizedPanel.Lanes])
            {
                float[][] vectors = Vectors(lanes, columns), scores = Scores(matrix, vectors);
                float[] thresholds = [.. scores.Select(of => of.Order().ElementAt(of.Length * 9 / 10))];
                List<int>[] found = Find(panel, quantized, vectors, thresholds);
                for (int lane = 0; lane < lanes; lane++)
                {
                    int[] above = [.. Enumerable.Range(0, rows).Where(row => scores[lane][row] > thresholds[lane])];
                    Assert.Empty(above.Except(found[lane]));
                    Assert.Equal(found[lane].Order(), found[lane]);
                    Assert.InRange(found[lane].Count, above.Length, above.Length + 2 + (rows / 4));
                }
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Widths))]
    public void Numbers_of_any_size_and_none_lose_no_row(bool isWide)
    {
        float[] sizes = [0, 1e-38f, 1e-25f, 1e-21f, 1e-18f, 1, 1e15f, 1e30f, float.PositiveInfinity, float.NaN];
        using Matrix matrix = Noise.Matrix(sizes.Length * sizes.Length, 40, 1);
        for (int row = 0; row < matrix.Rows; row++)
        {
            Span<float> numbers = matrix.Row(row);
            for (int d = 0; d < numbers.Length; d++) numbers[d] *= sizes[d % 2 == 0 ? row % sizes.Length : row / sizes.Length];
        }

        float[][] vectors = [.. sizes.SelectMany(size => Vectors(2, 40).Select(vector => Array.ConvertAll(vector, x => x * size)))];
        using var panel = new QuantizedPanel(40, isWide);
        foreach (float[][] some in vectors.Chunk(3).Append(vectors).Append(vectors[..13])) // few, many, and some lanes empty
        {
            float[][] scores = Scores(matrix, some);
            foreach (float threshold in (float[])[float.NegativeInfinity, -1, 0, 1e-40f, 1e-20f, 1, 1e20f])
            {
                List<int>[] found = Find(panel, new QuantizedRows(matrix), some, [.. some.Select(_ => threshold)]);
                for (int lane = 0; lane < some.Length; lane++)
                    Assert.Empty(Enumerable.Range(0, matrix.Rows).Where(row => scores[lane][row] > threshold).Except(found[lane]));
            }
        }
    }

    [Fact]
    public void Rows_that_come_later_are_taken_in_and_the_earlier_ones_kept()
    {
        using Matrix matrix = Noise.Matrix(300, 24, 1);
        var whole = new QuantizedRows(matrix);
        var grown = new QuantizedRows(matrix.RowRange(0, 300), new QuantizedRows(matrix.RowRange(0, 299), new QuantizedRows(matrix.RowRange(0, 7))));
        Assert.Equal(300, grown.Count);
        Assert.Equal(whole.Codes.AsSpan(0, 300 * whole.Stride).ToArray(), grown.Codes.AsSpan(0, 300 * grown.Stride).ToArray());
        Assert.Equal(whole.Bounds.AsSpan(0, 300).ToArray(), grown.Bounds.AsSpan(0, 300).ToArray());
    }

    [Fact]
    public void Rows_that_are_others_are_made_again_and_whoever_has_the_earlier_ones_keeps_them()
    {
        using Matrix before = Noise.Matrix(50, 24, 1), after = Noise.Matrix(60, 24, 1);
        Noise.Matrix(2, 24, 3).Span.CopyTo(after.Span[(7 * 24)..]);
        QuantizedRows earlier = new(before), first = new(before), whole = new(after), later = new(after, earlier, before);
        Assert.Equal(60, later.Count);
        Assert.Equal(whole.Codes, later.Codes.AsSpan(0, 60 * whole.Stride).ToArray());
        Assert.Equal(whole.Bounds, later.Bounds.AsSpan(0, 60).ToArray());
        Assert.Equal(first.Codes, earlier.Codes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(192)]
    [InlineData(400)]
    public void A_dot_product_of_a_chosen_row_has_the_bits_that_a_panel_gives(int columns)
    {
        using Matrix matrix = Noise.Matrix(50, columns, 1);
        float[][] vectors = Vectors(3, columns), panel = Scores(matrix, vectors);
        LaneRow[] pairs = [new(0, 3), new(2, 49), new(1, 0), new(0, 7), new(0, 8), new(1, 8), new(1, 9), new(2, 10), new(0, 11), new(1, 12), new(2, 30)];
        float[] dots = new float[pairs.Length];
        using Matrix together = Together(vectors);
        OrderedDots.Compute(together, matrix, pairs, dots);
        Assert.Equal(pairs.Select(pair => panel[pair.Lane][pair.Row]), dots);
    }

    private static Matrix Together(float[][] vectors)
    {
        var matrix = new Matrix(vectors.Length, vectors[0].Length);
        for (int lane = 0; lane < vectors.Length; lane++) vectors[lane].CopyTo(matrix.Row(lane));
        return matrix;
    }

    private static float[][] Vectors(int count, int columns)
    {
        using Matrix numbers = Noise.Matrix(count, columns, 2);
        return [.. Enumerable.Range(0, count).Select(row => numbers.Row(row).ToArray())];
    }

    private static List<int>[] Find(QuantizedPanel panel, QuantizedRows rows, float[][] vectors, float[] thresholds)
    {
        List<int>[] found = [.. vectors.Select(_ => new List<int>())];
        using Matrix lanes = Together(vectors);
        panel.Fill(lanes);
        for (int first = 0; first < rows.Count; first += QuantizedPanel.BlockRows)
            foreach (LaneRow candidate in panel.Find(rows, first, Math.Min(QuantizedPanel.BlockRows, rows.Count - first), thresholds))
                found[candidate.Lane].Add(candidate.Row);

        return found;
    }

    private static float[][] Scores(Matrix matrix, float[][] vectors)
    {
        float[][] scores = [.. vectors.Select(_ => new float[matrix.Rows])];
        using var panel = new VectorPanel(matrix.Columns);
        for (int lane = 0; lane < vectors.Length; lane++)
        {
            panel.Fill([vectors[lane]]);
            for (int first = 0; first < matrix.Rows; first += VectorPanel.BlockRows)
            {
                int count = Math.Min(VectorPanel.BlockRows, matrix.Rows - first);
                panel.Multiply(matrix, first, count);
                panel.CopyTo(0, scores[lane].AsSpan(first, count));
            }
        }

        return scores;
    }
}
