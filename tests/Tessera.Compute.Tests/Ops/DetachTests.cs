using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Ops;

public sealed class DetachTests
{
    [Fact]
    public void A_detached_factor_counts_as_a_constant()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using var x = new Parameter("x", Matrix.From(new[,] { { 3f, -2f } }));
        Variable doubled = tape.Scale(2f, tape.Use(x));
        tape.Backward(tape.Sum(tape.Multiply(doubled, tape.Detach(doubled))));
        Assert.Equal([12f, -8f], x.Gradient!.Span.ToArray()); // 2 · (2x), where the whole derivative of (2x)² would be 8x
    }

    [Fact]
    public void What_is_detached_asks_for_no_gradient()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using var x = new Parameter("x", new Matrix(1, 1));
        Assert.False(tape.Detach(tape.Use(x)).RequiresGradient);
    }
}
