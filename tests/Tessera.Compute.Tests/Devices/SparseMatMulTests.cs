using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class SparseMatMulTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_agree_with_their_twin_with_empty_rows_and_any_addend(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            CsrMatrix s = Noise.Sparse(rows, 41, perRow: 6, seed: 1);
            using Matrix x = Noise.Matrix(41, columns, 2), addend = Noise.Matrix(rows, columns, 3);
            double[,] expected = Dense.MatMul(Dense.Of(s), Dense.Of(x));
            Agreement.Overwrites(expected, result => device.SparseMatMul(s, x, null, result));
            Agreement.Overwrites(expected.Plus(Dense.Of(addend)), result => device.SparseMatMul(s, x, addend, result));
            Agreement.Accumulates(expected, result => device.SparseMatMul(s, x, result, result));
            using Matrix whole = new(rows, columns), parts = new(rows, columns);
            device.SparseMatMul(s, x, null, whole);
            for (int row = 0; row < rows; row += 2) device.SparseMatMul(s, x, parts, row, Math.Min(2, rows - row));
            Assert.Equal(whole.Span.ToArray(), parts.Span.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_matrix_without_entries_gives_zeros_or_the_addend(int width)
    {
        using Device device = Create(width);
        CsrMatrix s = CsrMatrix.FromEntries(5, 0, []);
        using Matrix x = new(0, 35);
        Agreement.Overwrites(new double[5, 35], result => device.SparseMatMul(s, x, null, result), tolerance: 0);
        Agreement.Accumulates(new double[5, 35], result => device.SparseMatMul(s, x, result, result), tolerance: 0);
    }
}
