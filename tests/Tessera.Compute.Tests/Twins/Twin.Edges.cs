using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Twins;

internal static partial class Twin
{
    public static double[,] EdgeDots(CsrMatrix pattern, double[,] a, double[,] b)
    {
        double[,] products = Dense.MatMul(a, b, transposeB: true);
        (int Row, int Column)[] places = Places(pattern);
        return Dense.Create(pattern.Count, 1, (e, _) => products[places[e].Row, places[e].Column]);
    }

    public static double[,] EdgeMatMul(CsrMatrix pattern, double[,] values, double[,] x)
    {
        var s = new double[pattern.Rows, pattern.Columns];
        (int Row, int Column)[] places = Places(pattern);
        for (int e = 0; e < places.Length; e++) s[places[e].Row, places[e].Column] = values[e, 0];
        return Dense.MatMul(s, x);
    }

    public static double[,] SegmentSoftmax(CsrMatrix pattern, double[,] x)
    {
        (int Row, int Column)[] places = Places(pattern);
        var sums = new double[pattern.Rows];
        for (int e = 0; e < places.Length; e++) sums[places[e].Row] += Math.Exp(x[e, 0]);
        return x.Map((e, _) => Math.Exp(x[e, 0]) / sums[places[e].Row]);
    }

    /// <summary>For each query the logarithm of a sum over keys and, but for the one of its own row, over others.</summary>
    public static double[,] LogSumScores(double[,] queries, double[,] keys, double scale, double[,]? others)
    {
        double[,] own = Dense.MatMul(queries, keys, transposeB: true);
        double[,] further = Dense.MatMul(queries, others ?? new double[0, queries.GetLength(1)], transposeB: true);
        return Dense.Create(queries.GetLength(0), 1, (r, _) =>
        {
            double sum = 0;
            for (int j = 0; j < own.GetLength(1); j++) sum += Math.Exp(scale * own[r, j]);
            for (int j = 0; j < further.GetLength(1); j++)
                if (j != r) sum += Math.Exp(scale * further[r, j]);
            return Math.Log(sum);
        });
    }

    /// <summary>For each query the logarithm of a sum over its own positive and, but for the one it leaves out, over keys.</summary>
    public static double[,] LogSumSampledScores(double[,] queries, double[,] positives, double[,] keys, int[] hits, double scale)
    {
        double[,] own = Dense.MatMul(queries, positives, transposeB: true), shared = Dense.MatMul(queries, keys, transposeB: true);
        return Dense.Create(queries.GetLength(0), 1, (r, _) =>
        {
            double sum = Math.Exp(scale * own[r, r]);
            for (int j = 0; j < shared.GetLength(1); j++)
                if (j != hits[r]) sum += Math.Exp(scale * shared[r, j]);
            return Math.Log(sum);
        });
    }

    private static (int Row, int Column)[] Places(CsrMatrix pattern)
    {
        var places = new List<(int, int)>();
        for (int row = 0; row < pattern.Rows; row++)
            foreach (int column in pattern.RowColumns(row)) places.Add((row, column));
        return [.. places];
    }
}
