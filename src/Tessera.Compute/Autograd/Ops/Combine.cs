using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>Linear combination of two matrices of the same shape, <c>y = α a + β b</c>.</summary>
    /// <remarks><c>da = α dy</c>, <c>db = β dy</c>.</remarks>
    public Variable Combine(float alpha, Variable a, float beta, Variable b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Matrix result = Arena.Rent(a.Rows, a.Columns);
        Device.Combine(alpha, a.Value, beta, b.Value, result);
        CombineOperation operation = Rent<CombineOperation>();
        (operation.Alpha, operation.A, operation.Beta, operation.B) = (alpha, a, beta, b);
        return Record(operation, result, a.RequiresGradient || b.RequiresGradient);
    }

    /// <summary>Sum of two matrices of the same shape.</summary>
    public Variable Add(Variable a, Variable b) => Combine(1f, a, 1f, b);

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
