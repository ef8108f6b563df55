using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class MapTests
{
    public static TheoryData<UnaryFunction> Functions => [.. Enum.GetValues<UnaryFunction>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Values_and_gradients_meet_the_twin(UnaryFunction function)
    {
        double[,] x = DoubleTwin.Noise(5, 7, 4);
        if (function is UnaryFunction.Log or UnaryFunction.InverseSqrt) x = Mapped(x, value => 0.5 + Math.Abs(value));
        DoubleTwin.Check((tape, inputs) => tape.Map(function, inputs[0]), inputs => Mapped(inputs[0], Twin(function)), x);
    }

    [Theory]
    [InlineData(UnaryFunction.LogSigmoid, -200f, -200f, 1f)]
    [InlineData(UnaryFunction.LogSigmoid, 200f, 0f, 0f)]
    [InlineData(UnaryFunction.GuardedLogSigmoid, -200f, -23.02585f, 0f)]
    [InlineData(UnaryFunction.GuardedLogSigmoid, 200f, 0f, 0f)]
    [InlineData(UnaryFunction.InverseSqrt, 0f, 0f, 0f)]
    [InlineData(UnaryFunction.InverseSqrt, -2f, 0f, 0f)]
    [InlineData(UnaryFunction.Sigmoid, -200f, 0f, 0f)]
    [InlineData(UnaryFunction.Sigmoid, 200f, 1f, 0f)]
    public void Far_from_zero_nothing_overflows(UnaryFunction function, float at, float value, float slope)
    {
        using var device = new CpuDevice(1);
        using Matrix x = Matrix.From(new[,] { { at } }), y = new(1, 1), one = Matrix.From(new[,] { { 1f } }), dx = new(1, 1);
        device.Map(function, x, y);
        device.MapGradient(function, x, y, one, dx, accumulate: false);
        Assert.Equal(value, y[0, 0], 1e-5f);
        Assert.Equal(slope, dx[0, 0], 1e-5f);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static Func<double, double> Twin(UnaryFunction function) => function switch
    {
        UnaryFunction.Sigmoid => Sigmoid,
        UnaryFunction.Tanh => Math.Tanh,
        UnaryFunction.Exp => Math.Exp,
        UnaryFunction.Log => Math.Log,
        UnaryFunction.InverseSqrt => x => 1 / Math.Sqrt(x),
        UnaryFunction.Relu => x => Math.Max(x, 0),
        UnaryFunction.LogSigmoid => x => Math.Log(Sigmoid(x)),
        UnaryFunction.GuardedLogSigmoid => x => Math.Log(1e-10 + Sigmoid(x)),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    private static double[,] Mapped(double[,] x, Func<double, double> function)
    {
        var result = new double[x.GetLength(0), x.GetLength(1)];
        for (int r = 0; r < x.GetLength(0); r++)
            for (int c = 0; c < x.GetLength(1); c++) result[r, c] = function(x[r, c]);
        return result;
    }
}
