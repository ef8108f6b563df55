using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// x, on which another variable counts as having an influence of zero: <c>y = x + 0 · Σ z</c>. An optimizer leaves a parameter
    /// without a gradient alone; one whose gradient is zero it moves on by its momentum.
    /// </summary>
    /// <param name="x">x.</param>
    /// <param name="z">z, of any shape.</param>
    /// <remarks><c>dx = dy</c>, <c>dz = 0</c>.</remarks>
    public static Variable WithZeroGradient(this Tape tape, Variable x, Variable z)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(z);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.Scale(1f, x.Value, result);
        WithZeroGradientOperation operation = tape.Rent<WithZeroGradientOperation>();
        (operation.X, operation.Z) = (x, z);
        return tape.Record(operation, result, x.RequiresGradient || z.RequiresGradient);
    }

    private sealed class WithZeroGradientOperation : Operation
    {
        public Variable Z { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            if (X.RequiresGradient) tape.Device.Scale(1f, Output.Gradient!, X.GradientTarget(out bool accumulate), accumulate);
            if (Z.RequiresGradient) Z.ClearedGradient();
        }
    }
}
