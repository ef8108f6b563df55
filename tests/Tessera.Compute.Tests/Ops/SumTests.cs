using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class SumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 13)]
    public void Sums_agree(int rows, int columns) =>
        GradientCheck.Run([(rows, columns)], (tape, x) => tape.Sum(x[0]), x => Dense.Scalar(x[0].Cast<double>().Sum()));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 13)]
    public void Means_agree(int rows, int columns) =>
        GradientCheck.Run([(rows, columns)], (tape, x) => tape.Mean(x[0]), x => Dense.Scalar(x[0].Cast<double>().Average()));

    [Fact]
    public void The_sum_of_nothing_is_zero_and_its_means_are_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using var x = new Matrix(0, 3);
        Assert.Equal(0f, tape.Sum(tape.Constant(x)).Scalar);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Mean(tape.Constant(x)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.MeanSquare(tape.Constant(x)));
    }
}
