using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>L2-normalizes rows, <c>y = x / max(‖x‖, 1e-12)</c>.</summary>
    /// <remarks><c>dx = (dy - y (y·dy)) / ‖x‖</c>.</remarks>
    public static Variable NormalizeRows(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns), norms = tape.Arena.Rent(x.Rows, 1);
        tape.Device.NormalizeRows(x.Value, result, 0, 0, norms);
        NormalizeRowsOperation operation = tape.Rent<NormalizeRowsOperation>();
        (operation.X, operation.Norms) = (x, norms);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class NormalizeRowsOperation : Operation
    {
        public Matrix Norms { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Device.NormalizeRowsGradient(Output.Value, Output.Gradient!, 0, 0, Norms, target, accumulate);
        }

        public override void Release(Tape tape) => tape.Arena.Return(Norms);
    }
}
