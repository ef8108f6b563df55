using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class SumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 13)]
    [InlineData(3, 0)]
    public void A_sum_and_its_gradient_meet_the_twin(int rows, int columns) =>
        DoubleTwin.Check((tape, x) => tape.Sum(x[0]), x => new[,] { { x[0].Cast<double>().Sum() } }, DoubleTwin.Noise(rows, columns, 1));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 13)]
    public void A_mean_and_its_gradient_meet_the_twin(int rows, int columns) =>
        DoubleTwin.Check((tape, x) => tape.Mean(x[0]), x => new[,] { { x[0].Cast<double>().Average() } }, DoubleTwin.Noise(rows, columns, 2));

    [Fact]
    public void A_mean_of_nothing_is_refused()
    {
        using var device = new CpuDevice(1);
        using var tape = new Tape(device);
        using var x = new Matrix(0, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Mean(tape.Constant(x)));
    }

    [Fact]
    public void Sums_are_the_same_bits_for_any_number_of_threads()
    {
        using var x = new Matrix(301, 997);
        var rng = new Tessera.Compute.Random.Rng(3);
        foreach (ref float value in x.Span) value = rng.NextGaussian();
        using CpuDevice one = new(1), three = new(3);
        Assert.Equal(one.Sum(x), three.Sum(x));
        Assert.Equal(x.Span.ToArray().Sum(value => (double)value), one.Sum(x), 0.01);
    }
}
