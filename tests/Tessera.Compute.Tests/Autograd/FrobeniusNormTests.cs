using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Layers;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class FrobeniusNormTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 9)]
    public void A_norm_and_its_gradient_meet_the_twin(int rows, int columns) =>
        DoubleTwin.Check(
            (tape, x) => tape.FrobeniusNorm(x[0]), x => new[,] { { Math.Sqrt(x[0].Cast<double>().Sum(v => v * v)) } },
            DoubleTwin.Noise(rows, columns, 1));

    [Fact]
    public void Zeros_get_the_gradient_zero()
    {
        using var device = new CpuDevice(1);
        using var tape = new Tape(device);
        using var x = new Parameter("x", new Matrix(2, 3));
        Variable norm = tape.FrobeniusNorm(tape.Use(x));
        tape.Backward(norm);
        Assert.All(x.Gradient!.Span.ToArray(), value => Assert.Equal(0f, value));
    }
}
