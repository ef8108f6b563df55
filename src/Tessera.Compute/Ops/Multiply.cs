using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Product element by element of two matrices of the same shape, <c>y = a ∘ b</c>.</summary>
    /// <remarks><c>da = b ∘ dy</c>, <c>db = a ∘ dy</c>.</remarks>
    public static Variable Multiply(this Tape tape, Variable a, Variable b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Matrix result = tape.Arena.Rent(a.Rows, a.Columns);
        tape.Device.Multiply(a.Value, b.Value, result);
        MultiplyOperation operation = tape.Rent<MultiplyOperation>();
        (operation.A, operation.B) = (a, b);
        return tape.Record(operation, result, a.RequiresGradient || b.RequiresGradient);
    }

    private sealed class MultiplyOperation : Operation
    {
        public Variable A { get; set; } = null!;

        public Variable B { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (A.RequiresGradient) tape.Device.Multiply(B.Value, gradient, A.GradientTarget(out bool addA), addA);
            if (B.RequiresGradient) tape.Device.Multiply(A.Value, gradient, B.GradientTarget(out bool addB), addB);
        }
    }
}
