using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Linear combination of two matrices of the same shape, <c>y = α a + β b</c>.</summary>
    /// <remarks><c>da = α dy</c>, <c>db = β dy</c>.</remarks>
    public static Variable Combine(this Tape tape, float alpha, Variable a, float beta, Variable b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Matrix result = tape.Arena.Rent(a.Rows, a.Columns);
        tape.Device.Combine(alpha, a.Value, beta, b.Value, result);
        CombineOperation operation = tape.Rent<CombineOperation>();
        (operation.Alpha, operation.A, operation.Beta, operation.B) = (alpha, a, beta, b);
        return tape.Record(operation, result, a.RequiresGradient || b.RequiresGradient);
    }

    /// <summary>Sum of two matrices of the same shape.</summary>
    public static Variable Add(this Tape tape, Variable a, Variable b) => tape.Combine(1f, a, 1f, b);

    private sealed class CombineOperation : Operation
    {
        public float Alpha { get; set; }

        public float Beta { get; set; }

        public Variable A { get; set; } = null!;

        public Variable B { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            if (A.RequiresGradient) tape.Device.Scale(Alpha, Output.Gradient!, A.GradientTarget(out bool addA), addA);
            if (B.RequiresGradient) tape.Device.Scale(Beta, Output.Gradient!, B.GradientTarget(out bool addB), addB);
        }
    }
}
