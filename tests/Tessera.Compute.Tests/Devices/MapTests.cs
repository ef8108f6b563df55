using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
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
        foreach (ElementFunction function in ElementFunction.All)
        {
            foreach ((int rows, int columns) in Shapes)
            {
                using Matrix x = function.Inputs(rows, columns, 1), y = new(rows, columns), dy = Noise.Matrix(rows, columns, 2);
                Agreement.Overwrites(function.Values(Dense.Of(x)), result => function.Map(device, x, result));
                function.Map(device, x, y);
                double[,] slopes = function.Slopes(Dense.Of(x));
                double[,] expected = slopes.Map((r, c) => slopes[r, c] * dy[r, c]);
                Agreement.Overwrites(expected, result => function.MapGradient(device, x, y, dy, result, false));
                Agreement.Accumulates(expected, result => function.MapGradient(device, x, y, dy, result, true));
            }
        }
    }

    [Theory]
    [InlineData(nameof(LogSigmoid), -200f, -200f, 1f)]
    [InlineData(nameof(LogSigmoid), 200f, 0f, 0f)]
    [InlineData(nameof(GuardedLogSigmoid), -200f, -23.02585f, 0f)]
    [InlineData(nameof(GuardedLogSigmoid), 2000f, 0f, 0f)]
    [InlineData(nameof(InverseSqrt), 0f, 0f, 0f)]
    [InlineData(nameof(InverseSqrt), -2f, 0f, 0f)]
    [InlineData(nameof(Sigmoid), -2000f, 0f, 0f)]
    [InlineData(nameof(Sigmoid), 2000f, 1f, 0f)]
    public void Far_from_zero_nothing_overflows(string name, float at, float value, float slope)
    {
        ElementFunction function = ElementFunction.Find(name);
        using var device = new Device(1);
        using Matrix x = Matrix.From(new[,] { { at } }), y = new(1, 1), one = Matrix.From(new[,] { { 1f } }), dx = new(1, 1);
        function.Map(device, x, y);
        function.MapGradient(device, x, y, one, dx, false);
        Assert.Equal(value, y[0, 0], 1e-5f);
        Assert.Equal(slope, dx[0, 0], 1e-5f);
    }
}
