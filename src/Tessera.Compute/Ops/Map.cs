using Tessera.Compute.Autograd;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>A function of each element, <c>y = f(x)</c>.</summary>
    /// <remarks><c>dx = f'(x) ∘ dy</c>; <see cref="UnaryFunction"/> states the derivatives.</remarks>
    public static Variable Map(this Tape tape, UnaryFunction function, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.Map(function, x.Value, result);
        MapOperation operation = tape.Rent<MapOperation>();
        (operation.Function, operation.X) = (function, x);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class MapOperation : Operation
    {
        public UnaryFunction Function { get; set; }

        public Variable X { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Device.MapGradient(Function, X.Value, Output.Value, Output.Gradient!, target, accumulate);
        }
    }
}
