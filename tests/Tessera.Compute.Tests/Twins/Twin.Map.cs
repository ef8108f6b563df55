using Tessera.Compute.Kernels;

namespace Tessera.Compute.Tests.Twins;

internal static partial class Twin
{
    public static double[,] Map(UnaryFunction function, double[,] x) => x.Map((r, c) => Function(function)(x[r, c]));

    /// <summary>The derivatives by central differences.</summary>
    public static double[,] Slopes(UnaryFunction function, double[,] x)
    {
        const double step = 1e-6;
        Func<double, double> f = Function(function);
        return x.Map((r, c) => (f(x[r, c] + step) - f(x[r, c] - step)) / (2 * step));
    }

    private static Func<double, double> Function(UnaryFunction function) => function switch
    {
        UnaryFunction.Sigmoid => Sigmoid,
        UnaryFunction.Tanh => Math.Tanh,
        UnaryFunction.Exp => Math.Exp,
        UnaryFunction.Log => Math.Log,
        UnaryFunction.InverseSqrt => x => 1 / Math.Sqrt(x),
        UnaryFunction.Relu => x => Math.Max(x, 0),
        UnaryFunction.LogSigmoid => x => Math.Log(Sigmoid(x)),
        UnaryFunction.GuardedLogSigmoid => x => Math.Log(1e-10 + Sigmoid(x)),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No such function."),
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
