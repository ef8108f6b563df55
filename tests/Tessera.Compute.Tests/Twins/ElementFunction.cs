using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Twins;

/// <summary>A function of each element: its twin in double precision, the tape's operation and the device's methods.</summary>
internal sealed record ElementFunction(
    string Name,
    Func<double, double> Twin,
    Func<Tape, Variable, Variable> Apply,
    Action<Device, Matrix, Matrix> Map,
    Action<Device, Matrix, Matrix, Matrix, Matrix, bool> MapGradient)
{
    public static ElementFunction[] All { get; } =
    [
        Of<Sigmoid>(Sigmoid, (tape, x) => tape.Sigmoid(x)),
        Of<Tanh>(Math.Tanh, (tape, x) => tape.Tanh(x)),
        Of<Exp>(Math.Exp, (tape, x) => tape.Exp(x)),
        Of<Log>(Math.Log, (tape, x) => tape.Log(x)),
        Of<InverseSqrt>(x => 1 / Math.Sqrt(x), (tape, x) => tape.InverseSqrt(x)),
        Of<Relu>(x => Math.Max(x, 0), (tape, x) => tape.Relu(x)),
        Of<LogSigmoid>(x => Math.Log(Sigmoid(x)), (tape, x) => tape.LogSigmoid(x)),
        Of<GuardedLogSigmoid>(x => Math.Log(1e-10 + Sigmoid(x)), (tape, x) => tape.GuardedLogSigmoid(x)),
    ];

    public static ElementFunction Find(string name) => All.Single(function => function.Name == name);

    /// <summary>Noise on which the function is defined.</summary>
    public Matrix Inputs(int rows, int columns, int seed)
    {
        Matrix x = Noise.Matrix(rows, columns, seed);
        if (Name is nameof(Log) or nameof(InverseSqrt))
            foreach (ref float value in x.Span) value += 1.5f;
        return x;
    }

    public double[,] Values(double[,] x) => x.Map((r, c) => Twin(x[r, c]));

    /// <summary>The derivatives by central differences.</summary>
    public double[,] Slopes(double[,] x)
    {
        const double step = 1e-6;
        return x.Map((r, c) => (Twin(x[r, c] + step) - Twin(x[r, c] - step)) / (2 * step));
    }

    private static ElementFunction Of<TFunction>(Func<double, double> twin, Func<Tape, Variable, Variable> apply)
        where TFunction : struct, IUnary => new(
            typeof(TFunction).Name, twin, apply, (device, x, result) => device.Map<TFunction>(x, result),
            (device, x, y, dy, result, accumulate) => device.MapGradient<TFunction>(x, y, dy, result, accumulate));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
