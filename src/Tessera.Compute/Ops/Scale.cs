using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>A matrix times a number, <c>y = α x</c>.</summary>
    /// <remarks><c>dx = α dy</c>.</remarks>
    public static Variable Scale(this Tape tape, float alpha, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.Scale(alpha, x.Value, result);
        ScaleOperation operation = tape.Rent<ScaleOperation>();
        (operation.Alpha, operation.X) = (alpha, x);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class ScaleOperation : Operation
    {
        public float Alpha { get; set; }

        public override void Backward(Tape tape) =>
            tape.Device.Scale(Alpha, Output.Gradient!, X.GradientTarget(out bool accumulate), accumulate);
    }
}
