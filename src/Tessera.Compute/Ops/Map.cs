using Tessera.Compute.Autograd;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

// Functions of each element, y = f(x), with dx = f'(x) ∘ dy.
public static partial class TapeOps
{
    /// <summary><c>σ(x) = 1 / (1 + e^-x)</c>; derivative <c>y (1 - y)</c>.</summary>
    public static Variable Sigmoid(this Tape tape, Variable x) => tape.Map<Sigmoid>(x);

    /// <summary>Hyperbolic tangent; derivative <c>1 - y²</c>.</summary>
    public static Variable Tanh(this Tape tape, Variable x) => tape.Map<Tanh>(x);

    /// <summary><c>e^x</c>; derivative y.</summary>
    public static Variable Exp(this Tape tape, Variable x) => tape.Map<Exp>(x);

    /// <summary>Natural logarithm; derivative <c>1 / x</c>.</summary>
    public static Variable Log(this Tape tape, Variable x) => tape.Map<Log>(x);

    /// <summary><c>1 / √x</c> above zero, else 0; derivative <c>-y³ / 2</c>.</summary>
    public static Variable InverseSqrt(this Tape tape, Variable x) => tape.Map<InverseSqrt>(x);

    /// <summary><c>max(x, 0)</c>; derivative 1 above zero, else 0.</summary>
    public static Variable Relu(this Tape tape, Variable x) => tape.Map<Relu>(x);

    /// <summary><c>log σ(x)</c> without overflow; derivative <c>σ(-x)</c>.</summary>
    public static Variable LogSigmoid(this Tape tape, Variable x) => tape.Map<LogSigmoid>(x);

    /// <summary><c>log(1e-10 + σ(x))</c>, never below -23.1; derivative <c>σ(x) σ(-x) / (1e-10 + σ(x))</c>.</summary>
    public static Variable GuardedLogSigmoid(this Tape tape, Variable x) => tape.Map<GuardedLogSigmoid>(x);

    private static Variable Map<TFunction>(this Tape tape, Variable x)
        where TFunction : struct, IUnary
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.Map<TFunction>(x.Value, result);
        MapOperation<TFunction> operation = tape.Rent<MapOperation<TFunction>>();
        operation.X = x;
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class MapOperation<TFunction> : Operation
        where TFunction : struct, IUnary
    {
        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Device.MapGradient<TFunction>(X.Value, Output.Value, Output.Gradient!, target, accumulate);
        }
    }
}
