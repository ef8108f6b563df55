using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>Softmax of each row, <c>y_c = exp(x_c) / Σ_k exp(x_k)</c>.</summary>
    /// <remarks><c>dx = y ∘ (dy - y·dy)</c>.</remarks>
    public Variable Softmax(Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = Arena.Rent(x.Rows, x.Columns);
        Device.SoftmaxRows(x.Value, result);
        SoftmaxOperation operation = Rent<SoftmaxOperation>();
        operation.X = x;
        return Record(operation, result, x.RequiresGradient);
    }

    private sealed class SoftmaxOperation : Operation
    {
        public Variable X { get; set; } = null!;

        public override void Backward(Tape tape) =>
            tape.Device.SoftmaxRowsGradient(Output.Value, Output.Gradient!, X.GradientTarget(out bool accumulate), accumulate);
    }
}
