using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class MapTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Functions_and_their_gradients_agree_with_their_twins(int width)
    {
        using Device device = Create(width);
        foreach (UnaryFunction function in Enum.GetValues<UnaryFunction>())
        {
            foreach ((int rows, int columns) in Shapes)
            {
                using Matrix x = Noise.Matrix(rows, columns, 1), y = new(rows, columns), dy = Noise.Matrix(rows, columns, 2);
                if (function is UnaryFunction.Log or UnaryFunction.InverseSqrt)
                    foreach (ref float value in x.Span) value += 1.5f;
                Agreement.Overwrites(Twin.Map(function, Dense.Of(x)), result => device.Map(function, x, result));
                device.Map(function, x, y);
                double[,] slopes = Twin.Slopes(function, Dense.Of(x));
                double[,] expected = slopes.Map((r, c) => slopes[r, c] * dy[r, c]);
                Agreement.Overwrites(expected, result => device.MapGradient(function, x, y, dy, result, accumulate: false));
                Agreement.Accumulates(expected, result => device.MapGradient(function, x, y, dy, result, accumulate: true));
            }
        }
    }

    [Theory]
    [InlineData(UnaryFunction.LogSigmoid, -200f, -200f, 1f)]
    [InlineData(UnaryFunction.LogSigmoid, 200f, 0f, 0f)]
    [InlineData(UnaryFunction.GuardedLogSigmoid, -200f, -23.02585f, 0f)]
    [InlineData(UnaryFunction.GuardedLogSigmoid, 2000f, 0f, 0f)]
    [InlineData(UnaryFunction.InverseSqrt, 0f, 0f, 0f)]
    [InlineData(UnaryFunction.InverseSqrt, -2f, 0f, 0f)]
    [InlineData(UnaryFunction.Sigmoid, -2000f, 0f, 0f)]
    [InlineData(UnaryFunction.Sigmoid, 2000f, 1f, 0f)]
    public void Far_from_zero_nothing_overflows(UnaryFunction function, float at, float value, float slope)
    {
        using var device = new Device(1);
        using Matrix x = Matrix.From(new[,] { { at } }), y = new(1, 1), one = Matrix.From(new[,] { { 1f } }), dx = new(1, 1);
        device.Map(function, x, y);
        device.MapGradient(function, x, y, one, dx, accumulate: false);
        Assert.Equal(value, y[0, 0], 1e-5f);
        Assert.Equal(slope, dx[0, 0], 1e-5f);
    }

    [Fact]
    public void An_unknown_function_is_refused()
    {
        using var device = new Device(1);
        using var x = new Matrix(1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Map((UnaryFunction)99, x, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.MapGradient((UnaryFunction)99, x, x, x, x, accumulate: false));
    }
}
