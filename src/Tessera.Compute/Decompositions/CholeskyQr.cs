using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Decompositions;

/// <summary>
/// <c>Y = Q R</c> of a tall matrix by Cholesky's factor of its Gram matrix (CholeskyQR; Yamamoto et al., 2015), the small matrices in
/// float64. One pass loses orthogonality in proportion to Y's condition; a second makes up for it.
/// </summary>
/// <remarks>
/// A column that the columns before it give to within <see cref="Dependent"/> of its length becomes zero in Q, and so does its row in R:
/// Y's rank may be anything. A pass costs 3·rows·columns² flops and two readings and one writing of Y; the memory is
/// 24·columns² + 16,384·columns bytes.
/// </remarks>
internal sealed class CholeskyQr : IDisposable
{
    private const double Dependent = 3e-6;
    private const double Negligible = 1e-70; // squared length whose inverse no float32 holds
    private const int BlockRows = 4096;
    private readonly Device _device;
    private readonly CancellationToken _cancellation;
    private readonly int _columns;
    private readonly double[] _factor;
    private readonly double[] _inverse;
    private readonly Matrix _multiplier;
    private readonly Matrix _block;

    public CholeskyQr(Device device, int columns, CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        _device = device;
        _columns = columns;
        _factor = new double[columns * columns];
        _inverse = new double[columns * columns];
        _multiplier = new Matrix(columns, columns);
        _block = new Matrix(BlockRows, columns);
    }

    /// <summary>R of the last pass, upper triangular, <c>[columns x columns]</c> row by row.</summary>
    public ReadOnlySpan<double> Factor => _factor;

    /// <summary>Puts Q in the place of Y.</summary>
    /// <exception cref="OperationCanceledException">The work was canceled; Y is of no use then.</exception>
    /// <exception cref="ArithmeticException">Y holds numbers that are not finite.</exception>
    public void Orthonormalize(Matrix y)
    {
        _device.Gram(y, _factor, _cancellation);
        Factorize();
        Invert();
        for (int e = 0; e < _inverse.Length; e++) _multiplier.Span[e] = (float)_inverse[e];
        for (int row = 0; row < y.Rows; row += BlockRows)
        {
            _cancellation.ThrowIfCancellationRequested();
            using Matrix rows = y.RowRange(row, Math.Min(BlockRows, y.Rows - row)), copy = _block.RowRange(0, rows.Rows);
            _device.CopyBlock(rows, 0, 0, copy, 0, 0, rows.Rows, _columns);
            _device.MatMul(copy, false, _multiplier, false, rows);
        }
    }

    public void Dispose()
    {
        _multiplier.Dispose();
        _block.Dispose();
    }

    private Span<double> Row(double[] matrix, int row) => matrix.AsSpan(row * _columns, _columns);

    // Right-looking: row k of R, then its square off what remains of the rows below.
    private void Factorize()
    {
        var lengths = new double[_columns];
        for (int k = 0; k < _columns; k++)
        {
            lengths[k] = Row(_factor, k)[k];
            if (!double.IsFinite(lengths[k])) throw new ArithmeticException("A product exceeds float32; expected a matrix of smaller values.");
        }

        for (int k = 0; k < _columns; k++)
        {
            Span<double> row = Row(_factor, k);
            double pivot = row[k];
            row[..k].Clear();
            if (!(pivot > Math.Max(Dependent * Dependent * lengths[k], Negligible)))
            {
                row.Clear();
                continue;
            }

            double root = Math.Sqrt(pivot);
            for (int j = k; j < _columns; j++) row[j] /= root;
            for (int i = k + 1; i < _columns; i++) DoubleSpans.AddScaled(-row[i], row[i..], Row(_factor, i)[i..]);
        }
    }

    private void Invert()
    {
        Array.Clear(_inverse);
        for (int i = 0; i < _columns; i++)
        {
            Span<double> row = Row(_inverse, i);
            if (Row(_factor, i)[i] == 0) continue;
            for (int k = i; k < _columns; k++)
            {
                Span<double> factor = Row(_factor, k);
                row[k] = factor[k] == 0 ? 0 : ((k == i ? 1 : 0) - row[k]) / factor[k];
                DoubleSpans.AddScaled(row[k], factor[(k + 1)..], row[(k + 1)..]);
            }
        }
    }
}
