using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>L2-normalises rows, <c>y = x / max(‖x‖, 1e-12)</c>.</summary>
    /// <remarks><c>dx = (dy - y (y·dy)) / ‖x‖</c>.</remarks>
    public Variable NormalizeRows(Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = Arena.Rent(x.Rows, x.Columns), norms = Arena.Rent(x.Rows, 1);
        Device.NormalizeRows(x.Value, result, 0, 0, norms);
        NormalizeRowsOperation operation = Rent<NormalizeRowsOperation>();
        (operation.X, operation.Norms) = (x, norms);
        return Record(operation, result, x.RequiresGradient);
    }

    private sealed class NormalizeRowsOperation : Operation
    {
        public Variable X { get; set; } = null!;

        public Matrix Norms { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Device.NormalizeRowsGradient(Output.Value, Output.Gradient!, 0, 0, Norms, target, accumulate);
        }

        public override void Release(Tape tape) => tape.Arena.Return(Norms);
    }
}
