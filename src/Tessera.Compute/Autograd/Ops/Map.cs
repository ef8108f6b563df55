using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>A function of each element, <c>y = f(x)</c>.</summary>
    /// <remarks><c>dx = f'(x) ∘ dy</c>; <see cref="UnaryFunction"/> states the derivatives.</remarks>
    public Variable Map(UnaryFunction function, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = Arena.Rent(x.Rows, x.Columns);
        Device.Map(function, x.Value, result);
        MapOperation operation = Rent<MapOperation>();
        (operation.Function, operation.X) = (function, x);
        return Record(operation, result, x.RequiresGradient);
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
