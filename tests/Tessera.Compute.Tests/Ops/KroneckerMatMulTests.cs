using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class KroneckerMatMulTests
{
    [Theory]
    [InlineData(3, 4, 5, 2, 7, false)]
    [InlineData(3, 4, 5, 2, 7, true)]
    [InlineData(1, 1, 6, 6, 3, false)]
    [InlineData(8, 8, 1, 1, 1, true)]
    [InlineData(4, 4, 17, 17, 3, true)]
    public void Products_with_a_kronecker_product_agree(int aRows, int aColumns, int bRows, int bColumns, int columns, bool transpose) =>
        GradientCheck.Run(
            [(aRows, aColumns), (bRows, bColumns), (transpose ? aRows * bRows : aColumns * bColumns, columns)],
            (tape, x) => tape.KroneckerMatMul(x[0], x[1], x[2], transpose),
            x => Dense.MatMul(Twin.Kronecker(x[0], x[1]), x[2], transpose));

    [Fact]
    public void A_matrix_of_other_rows_is_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        Variable a = tape.Constant(new Matrix(2, 3)), b = tape.Constant(new Matrix(4, 5));

        Assert.Throws<ArgumentException>(() => tape.KroneckerMatMul(a, b, tape.Constant(new Matrix(14, 2))));
        Assert.Throws<ArgumentException>(() => tape.KroneckerMatMul(a, b, tape.Constant(new Matrix(15, 2)), transpose: true));
    }
}
