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
    [InlineData(16, 16, 24, 24, 5, true)]
    public void Products_with_a_kronecker_product_agree(int aRows, int aColumns, int bRows, int bColumns, int columns, bool transpose)
    {
        using Matrix a = Noise.Matrix(aRows, aColumns, 1), b = Noise.Matrix(bRows, bColumns, 2);
        double[,] whole = Twin.Kronecker(Dense.Of(a), Dense.Of(b));
        GradientCheck.Run(
            [(transpose ? aRows * bRows : aColumns * bColumns, columns)],
            (tape, x) => tape.KroneckerMatMul(a, b, x[0], transpose),
            x => Dense.MatMul(whole, x[0], transpose));
    }

    [Fact]
    public void A_matrix_of_other_rows_is_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using Matrix a = new(2, 3), b = new(4, 5);

        Assert.Throws<ArgumentException>(() => tape.KroneckerMatMul(a, b, tape.Constant(new Matrix(14, 2))));
        Assert.Throws<ArgumentException>(() => tape.KroneckerMatMul(a, b, tape.Constant(new Matrix(15, 2)), transpose: true));
    }
}
