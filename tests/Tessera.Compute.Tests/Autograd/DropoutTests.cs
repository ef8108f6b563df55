using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Layers;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class DropoutTests
{
    [Fact]
    public void The_given_share_is_dropped_and_the_rest_scaled_up()
    {
        using var device = new CpuDevice(2);
        using Matrix ones = Ones(300, 200), dropped = new(300, 200);
        device.Dropout(ones, 0.3f, seed: 5, dropped);
        float[] values = dropped.Span.ToArray();
        Assert.Equal(0.3, values.Count(v => v == 0f) / 60000.0, 0.01);
        Assert.All(values, value => Assert.True(value is 0f or 1f / 0.7f));
        Assert.NotEqual(values.AsSpan(0, 200).ToArray(), values.AsSpan(200, 200).ToArray());
    }

    [Fact]
    public void The_same_elements_are_dropped_for_any_number_of_threads()
    {
        using CpuDevice one = new(1), three = new(3);
        using Matrix ones = Ones(500, 401), a = new(500, 401), b = new(500, 401);
        one.Dropout(ones, 0.5f, seed: 6, a);
        three.Dropout(ones, 0.5f, seed: 6, b);
        Assert.Equal(a.Span.ToArray(), b.Span.ToArray());
        one.Dropout(ones, 0.5f, seed: 7, b);
        Assert.NotEqual(a.Span.ToArray(), b.Span.ToArray());
    }

    [Fact]
    public void The_gradient_passes_where_the_element_stayed()
    {
        // Dropout of a fixed seed is linear: its matrix is the twin.
        using var device = new CpuDevice(2);
        using Matrix ones = Ones(6, 9), mask = new(6, 9);
        device.Dropout(ones, 0.4f, new Rng(8).NextUInt64(), mask);
        DoubleTwin.Check(
            (tape, x) => tape.Dropout(x[0], 0.4f, new Rng(8)),
            x =>
            {
                var result = new double[6, 9];
                for (int r = 0; r < 6; r++)
                    for (int c = 0; c < 9; c++) result[r, c] = x[0][r, c] * mask[r, c];
                return result;
            },
            DoubleTwin.Noise(6, 9, 1));
    }

    [Fact]
    public void Probability_zero_is_the_input_and_draws_nothing()
    {
        using var device = new CpuDevice(1);
        using var tape = new Tape(device);
        using var x = new Parameter("x", new Matrix(2, 2));
        var rng = new Rng(1);
        RngState before = rng.State;
        Variable used = tape.Use(x);
        Assert.Same(used, tape.Dropout(used, 0f, rng));
        Assert.Equal(before, rng.State);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Dropout(used, 1f, rng));
    }

    private static Matrix Ones(int rows, int columns)
    {
        var ones = new Matrix(rows, columns);
        ones.Span.Fill(1f);
        return ones;
    }
}
