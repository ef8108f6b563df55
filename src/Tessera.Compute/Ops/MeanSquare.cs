using Tessera.Compute.Autograd;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Mean of the squares of all elements, <c>1/n Σ x²</c>, as a 1 x 1 matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no elements.</exception>
    /// <remarks><c>dx = 2/n · x · dy</c>.</remarks>
    public static Variable MeanSquare(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfZero(x.Value.Length, nameof(x));
        MeanSquareOperation operation = tape.Rent<MeanSquareOperation>();
        operation.X = x;
        return tape.Record(operation, tape.Device.SumOfSquares(x.Value) / x.Value.Length, x.RequiresGradient);
    }

    private sealed class MeanSquareOperation : Operation
    {
        public override void Backward(Tape tape) =>
            tape.Device.Scale(2f / X.Value.Length * Slope, X.Value, X.GradientTarget(out bool accumulate), accumulate);
    }
}
