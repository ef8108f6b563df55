using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>A matrix times a number, <c>y = α x</c>.</summary>
    /// <remarks><c>dx = α dy</c>.</remarks>
    public Variable Scale(float alpha, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = Arena.Rent(x.Rows, x.Columns);
        Device.Scale(alpha, x.Value, result);
        ScaleOperation operation = Rent<ScaleOperation>();
        (operation.Alpha, operation.X) = (alpha, x);
        return Record(operation, result, x.RequiresGradient);
    }

    private sealed class ScaleOperation : Operation
    {
        public float Alpha { get; set; }

        public Variable X { get; set; } = null!;

        public override void Backward(Tape tape) =>
            tape.Device.Scale(Alpha, Output.Gradient!, X.GradientTarget(out bool accumulate), accumulate);
    }
}
