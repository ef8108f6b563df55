using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

public sealed unsafe partial class Device
{
    private const int MapCost = 8;

    /// <summary><c>y = f(x)</c>, element by element.</summary>
    public void Map(UnaryFunction function, Matrix x, Matrix result)
    {
        RequireSameShape(x, result);
        switch (function)
        {
            case UnaryFunction.Sigmoid: Map<Sigmoid>(x, result); break;
            case UnaryFunction.Tanh: Map<Tanh>(x, result); break;
            case UnaryFunction.Exp: Map<Exp>(x, result); break;
            case UnaryFunction.Log: Map<Log>(x, result); break;
            case UnaryFunction.InverseSqrt: Map<InverseSqrt>(x, result); break;
            case UnaryFunction.Relu: Map<Relu>(x, result); break;
            case UnaryFunction.LogSigmoid: Map<LogSigmoid>(x, result); break;
            case UnaryFunction.GuardedLogSigmoid: Map<GuardedLogSigmoid>(x, result); break;
            default: throw new ArgumentOutOfRangeException(nameof(function), function, "The function is none of the enumeration.");
        }
    }

    /// <summary>Gradient of <see cref="Map"/>, <c>dx = f'(x) ∘ dy</c>.</summary>
    public void MapGradient(
        UnaryFunction function, Matrix x, Matrix output, Matrix outputGradient, Matrix result, bool accumulate)
    {
        RequireSameShape(x, output);
        RequireSameShape(x, outputGradient);
        RequireSameShape(x, result);
        switch (function)
        {
            case UnaryFunction.Sigmoid: MapGradient<Sigmoid>(x, output, outputGradient, result, accumulate); break;
            case UnaryFunction.Tanh: MapGradient<Tanh>(x, output, outputGradient, result, accumulate); break;
            case UnaryFunction.Exp: MapGradient<Exp>(x, output, outputGradient, result, accumulate); break;
            case UnaryFunction.Log: MapGradient<Log>(x, output, outputGradient, result, accumulate); break;
            case UnaryFunction.InverseSqrt: MapGradient<InverseSqrt>(x, output, outputGradient, result, accumulate); break;
            case UnaryFunction.Relu: MapGradient<Relu>(x, output, outputGradient, result, accumulate); break;
            case UnaryFunction.LogSigmoid: MapGradient<LogSigmoid>(x, output, outputGradient, result, accumulate); break;
            case UnaryFunction.GuardedLogSigmoid: MapGradient<GuardedLogSigmoid>(x, output, outputGradient, result, accumulate); break;
            default: throw new ArgumentOutOfRangeException(nameof(function), function, "The function is none of the enumeration.");
        }
    }

    private void Map<TFunction>(Matrix x, Matrix result)
        where TFunction : struct, IUnary => Run(x.Length, MapCost, new Map<TFunction>(x.Data, result.Data));

    private void MapGradient<TFunction>(Matrix x, Matrix output, Matrix outputGradient, Matrix result, bool accumulate)
        where TFunction : struct, IUnary =>
        Run(x.Length, MapCost, new MapGradient<TFunction>(x.Data, output.Data, outputGradient.Data, result.Data, accumulate));
}
