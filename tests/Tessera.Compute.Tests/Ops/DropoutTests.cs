using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class DropoutTests
{
    [Fact]
    public void The_gradient_passes_where_the_element_stayed()
    {
        // For given random numbers dropout is linear: what it makes of ones are its factors.
        double[,] factors = Factors(new Rng(8).NextUInt64());
        GradientCheck.Run(
            [(6, 9)], (tape, x) => tape.Dropout(x[0], 0.4f, new Rng(8)), x => x[0].Map((r, c) => factors[r, c] * x[0][r, c]));
    }

    [Fact]
    public void Probability_zero_is_the_input_and_draws_nothing()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using var x = new Parameter("x", new Matrix(2, 2));
        var rng = new Rng(1);
        RngState before = rng.State;
        Variable used = tape.Use(x);
        Assert.Same(used, tape.Dropout(used, 0f, rng));
        Assert.Equal(before, rng.State);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Dropout(used, 1f, rng));
    }

    private static double[,] Factors(ulong seed)
    {
        using var device = new Device(1);
        using Matrix ones = new(6, 9), factors = new(6, 9);
        ones.Span.Fill(1f);
        device.Dropout(ones, 0.4f, seed, factors);
        return Dense.Of(factors);
    }
}
