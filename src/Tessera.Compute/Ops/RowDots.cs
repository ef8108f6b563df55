using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Dot products of rows with the same number, <c>y_r = a_r · b_r</c>, <c>[rows x 1]</c>.</summary>
    /// <remarks><c>da_r = dy_r b_r</c>, <c>db_r = dy_r a_r</c>.</remarks>
    public static Variable RowDots(this Tape tape, Variable a, Variable b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Matrix result = tape.Arena.Rent(a.Rows, 1);
        tape.Device.RowDots(a.Value, b.Value, result);
        RowDotsOperation operation = tape.Rent<RowDotsOperation>();
        (operation.A, operation.B) = (a, b);
        return tape.Record(operation, result, a.RequiresGradient || b.RequiresGradient);
    }

    private sealed class RowDotsOperation : Operation
    {
        public Variable A { get; set; } = null!;

        public Variable B { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (A.RequiresGradient) tape.Device.ScaleRows(B.Value, gradient, A.GradientTarget(out bool addA), addA);
            if (B.RequiresGradient) tape.Device.ScaleRows(A.Value, gradient, B.GradientTarget(out bool addB), addB);
        }
    }
}
