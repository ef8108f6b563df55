using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>Sum of all elements, <c>Σ x</c>, as a 1 x 1 matrix.</summary>
    /// <remarks><c>dx = dy</c> for every element.</remarks>
    public Variable Sum(Variable x) => ScaledSum(x, 1);

    /// <summary>Mean of all elements, <c>1/n Σ x</c>, as a 1 x 1 matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no elements.</exception>
    /// <remarks><c>dx = dy / n</c> for every element.</remarks>
    public Variable Mean(Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfZero(x.Value.Length, nameof(x));
        return ScaledSum(x, x.Value.Length);
    }

    private Variable ScaledSum(Variable x, int divisor)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = Arena.Rent(1, 1);
        result.Span[0] = (float)(Device.Sum(x.Value) / divisor);
        SumOperation operation = Rent<SumOperation>();
        (operation.X, operation.Divisor) = (x, divisor);
        return Record(operation, result, x.RequiresGradient);
    }

    private sealed class SumOperation : Operation
    {
        public Variable X { get; set; } = null!;

        public int Divisor { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Device.Fill(target, Output.Gradient!.Span[0] / Divisor, accumulate);
        }
    }
}
