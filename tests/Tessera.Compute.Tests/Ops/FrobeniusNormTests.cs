using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class FrobeniusNormTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 9)]
    public void Norms_agree(int rows, int columns) =>
        GradientCheck.Run([(rows, columns)], (tape, x) => tape.FrobeniusNorm(x[0]), x => Dense.Scalar(Math.Sqrt(Dense.SumOfSquares(x[0]))));

    [Fact]
    public void Zeros_get_the_gradient_zero()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using var x = new Parameter("x", new Matrix(2, 3));
        tape.Backward(tape.FrobeniusNorm(tape.Use(x)));
        Assert.Equal(new float[6], x.Gradient!.Span.ToArray());
    }
}
