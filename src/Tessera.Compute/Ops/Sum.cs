using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Sum of all elements, <c>Σ x</c>, as a 1 x 1 matrix.</summary>
    /// <remarks><c>dx = dy</c> for every element.</remarks>
    public static Variable Sum(this Tape tape, Variable x) => tape.ScaledSum(x, 1);

    /// <summary>Mean of all elements, <c>1/n Σ x</c>, as a 1 x 1 matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no elements.</exception>
    /// <remarks><c>dx = dy / n</c> for every element.</remarks>
    public static Variable Mean(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfZero(x.Value.Length, nameof(x));
        return tape.ScaledSum(x, x.Value.Length);
    }

    private static Variable ScaledSum(this Tape tape, Variable x, int divisor)
    {
        ArgumentNullException.ThrowIfNull(x);
        SumOperation operation = tape.Rent<SumOperation>();
        (operation.X, operation.Divisor) = (x, divisor);
        return tape.Record(operation, tape.Device.Sum(x.Value) / divisor, x.RequiresGradient);
    }

    private sealed class SumOperation : Operation
    {
        public int Divisor { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Device.Fill(target, Slope / Divisor, accumulate);
        }
    }
}
