
namespace Tessera.Compute.Tests.Twins;

/// <summary>The forward functions of the operations by their definitions, in double precision.</summary>
internal static partial class Twin
{
    public const double MinNorm = 1e-12f;

    public static double[,] BiasActivation(double[,] x, double[,]? bias, double slope) => x.Map((r, c) =>
    {
        double value = x[r, c] + (bias is null ? 0 : bias[0, c]);
        return value > 0 ? value : slope * value;
    });

    public static double[,] ColumnSums(double[,] x) =>
        Dense.Create(1, x.GetLength(1), (_, c) => Enumerable.Range(0, x.GetLength(0)).Sum(r => x[r, c]));

    /// <summary>Norm of each row, no less than the smallest, as a column.</summary>
    public static double[,] Norms(double[,] x)
    {
        double[,] squares = RowProducts(x, x);
        return squares.Map((r, c) => Math.Max(MinNorm, Math.Sqrt(squares[r, c])));
    }

    public static double[,] NormalizeRows(double[,] x)
    {
        double[,] norms = Norms(x);
        return x.Map((r, c) => x[r, c] / norms[r, 0]);
    }

    public static double[,] Softmax(double[,] x)
    {
        int columns = x.GetLength(1);
        double[] largest = [.. Enumerable.Range(0, x.GetLength(0)).Select(r => Enumerable.Range(0, columns).Max(c => x[r, c]))];
        double[] sums = [.. largest.Select((shift, r) => Enumerable.Range(0, columns).Sum(c => Math.Exp(x[r, c] - shift)))];
        return x.Map((r, c) => Math.Exp(x[r, c] - largest[r]) / sums[r]);
    }

    /// <summary>Inner product of each row with the same row of another matrix, as a column.</summary>
    public static double[,] RowProducts(double[,] x, double[,] y) =>
        Dense.Create(x.GetLength(0), 1, (r, _) => Enumerable.Range(0, x.GetLength(1)).Sum(c => x[r, c] * y[r, c]));

    public static double[,] ScaleChunks(double[,] x, double[,] weights)
    {
        int width = x.GetLength(1) / weights.GetLength(1);
        return x.Map((r, c) => x[r, c] * weights[r, c / width]);
    }

    public static double[,] PropagateSum(double[,] s, double[,] x, int layers)
    {
        double[,] power = x, sum = x;
        for (int layer = 0; layer < layers; layer++)
        {
            power = Dense.MatMul(s, power);
            sum = sum.Plus(power);
        }

        return sum;
    }

    public static double MeanSquare(double[,] x) => Dense.SumOfSquares(x) / x.Length;

    public static double[,] DifferenceDots(double[,] a, double[,] b, int[] x, int[] y, int[] z) =>
        Dense.Create(x.Length, 1, (r, _) => Enumerable.Range(0, a.GetLength(1)).Sum(c => a[x[r], c] * (b[y[r], c] - b[z[r], c])));

    /// <summary>The mean logistic loss of <see cref="DifferenceDots"/>.</summary>
    public static double LogisticDots(double[,] a, double[,] b, int[] x, int[] y, int[] z) =>
        DifferenceDots(a, b, x, y, z).Cast<double>().Average(d => -Math.Log(1 / (1 + Math.Exp(-d))));

    public static double[,] Kronecker(double[,] a, double[,] b)
    {
        int rows = b.GetLength(0), columns = b.GetLength(1);
        return Dense.Create(
            a.GetLength(0) * rows, a.GetLength(1) * columns, (r, c) => a[r / rows, c / columns] * b[r % rows, c % columns]);
    }
}
