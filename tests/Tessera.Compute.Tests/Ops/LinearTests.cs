using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class LinearTests
{
    private static readonly int[] Widths = [5, 1, 17];

    [Theory]
    [InlineData(1, false, 1f)]
    [InlineData(1, true, 1f)]
    [InlineData(1, false, 0.2f)]
    [InlineData(1, true, 0.2f)]
    [InlineData(2, true, 1f)]
    [InlineData(2, false, 0.2f)]
    [InlineData(3, false, 1f)]
    [InlineData(3, true, 0.01f)]
    public void Gradients_agree_for_any_number_of_inputs(int inputs, bool bias, float slope)
    {
        int total = Widths[..inputs].Sum();
        List<(int, int)> shapes = [.. Widths[..inputs].Select(width => (11, width)), (total, 7)];
        if (bias) shapes.Add((1, 7));

        GradientCheck.Run(
            [.. shapes],
            (tape, x) => tape.Linear(x.AsSpan(0, inputs), x[inputs], bias ? x[inputs + 1] : null, slope),
            x => Twin.BiasActivation(
                Dense.MatMul(x[..inputs].Aggregate(Dense.Beside), x[inputs]), bias ? x[inputs + 1] : null, slope));
    }

    [Fact]
    public void Gradients_agree_where_an_input_comes_twice() =>
        GradientCheck.Run(
            [(5, 3), (6, 4)],
            (tape, x) => tape.Linear([x[0], x[0]], x[1]),
            x => Dense.MatMul(x[0].Beside(x[0]), x[1]));

    [Fact]
    public void Gradients_agree_where_the_weight_is_an_input_too() =>
        GradientCheck.Run(
            [(6, 4), (6, 2)],
            (tape, x) => tape.Linear([x[0], x[1]], x[0]),
            x => Dense.MatMul(x[0].Beside(x[1]), x[0]));

    [Fact]
    public void Misfits_and_slopes_of_zero_are_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        Variable x = tape.Constant(new Matrix(3, 4)), longer = tape.Constant(new Matrix(4, 4));
        Variable weight = tape.Constant(new Matrix(8, 2)), bias = tape.Constant(new Matrix(1, 3));

        Assert.ThrowsAny<ArgumentException>(() => tape.Linear(x, weight));
        Assert.ThrowsAny<ArgumentException>(() => tape.Linear([x, x, x], weight));
        Assert.ThrowsAny<ArgumentException>(() => tape.Linear([x, longer], weight));
        Assert.ThrowsAny<ArgumentException>(() => tape.Linear([x, x], weight, bias));
        Assert.ThrowsAny<ArgumentException>(() => tape.Linear([x, x], weight, null, leakySlope: 0f));
        Assert.ThrowsAny<ArgumentException>(() => tape.Linear([], weight));
    }
}
