using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Twins;

/// <summary>Plain double-precision matrices and the arithmetic the device's results are compared with.</summary>
internal static class Dense
{
    public static double[,] Of(Matrix matrix) => Create(matrix.Rows, matrix.Columns, (r, c) => matrix[r, c]);

    public static double[,] Of(CsrMatrix matrix)
    {
        var dense = new double[matrix.Rows, matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
            for (int e = matrix.RowStarts[row]; e < matrix.RowStarts[row + 1]; e++)
                dense[row, matrix.ColumnIndices[e]] += matrix.Values[e];
        return dense;
    }

    public static double[,] Create(int rows, int columns, Func<int, int, double> value)
    {
        var result = new double[rows, columns];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                result[r, c] = value(r, c);
        return result;
    }

    public static double[,] Map(this double[,] x, Func<int, int, double> value) => Create(x.GetLength(0), x.GetLength(1), value);

    public static double[,] Scalar(double value) => new[,] { { value } };

    public static double[,] Transposed(this double[,] x) => Create(x.GetLength(1), x.GetLength(0), (r, c) => x[c, r]);

    public static double[,] Combine(double alpha, double[,] a, double beta, double[,] b) =>
        a.Map((r, c) => (alpha * a[r, c]) + (beta * b[r, c]));

    public static double[,] Plus(this double[,] a, double[,] b) => Combine(1, a, 1, b);

    public static double[,] Block(this double[,] x, int row, int column, int rows, int columns) =>
        Create(rows, columns, (r, c) => x[row + r, column + c]);

    public static double[,] Beside(this double[,] left, double[,] right)
    {
        int width = left.GetLength(1);
        return Create(left.GetLength(0), width + right.GetLength(1), (r, c) => c < width ? left[r, c] : right[r, c - width]);
    }

    public static double[,] Above(this double[,] top, double[,] bottom) => top.Transposed().Beside(bottom.Transposed()).Transposed();

    public static double[,] MatMul(double[,] a, double[,] b, bool transposeA = false, bool transposeB = false)
    {
        if (transposeA) a = a.Transposed();
        if (!transposeB) b = b.Transposed();
        int rows = a.GetLength(0), columns = b.GetLength(0), inner = a.GetLength(1);
        var result = new double[rows, columns];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                double sum = 0;
                for (int k = 0; k < inner; k++) sum += a[r, k] * b[c, k];
                result[r, c] = sum;
            }
        }

        return result;
    }

    public static double SumOfSquares(double[,] x) => x.Cast<double>().Sum(value => value * value);
}
