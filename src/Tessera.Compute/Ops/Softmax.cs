using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Softmax of each row, <c>y_c = exp(x_c) / Σ_k exp(x_k)</c>.</summary>
    /// <remarks><c>dx = y ∘ (dy - y·dy)</c>.</remarks>
    public static Variable Softmax(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.SoftmaxRows(x.Value, result);
        SoftmaxOperation operation = tape.Rent<SoftmaxOperation>();
        operation.X = x;
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class SoftmaxOperation : Operation
    {
        public override void Backward(Tape tape) =>
            tape.Device.SoftmaxRowsGradient(Output.Value, Output.Gradient!, X.GradientTarget(out bool accumulate), accumulate);
    }
}
