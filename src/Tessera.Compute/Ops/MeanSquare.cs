using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Mean of the squares of all elements, <c>1/n Σ x²</c>, as a 1 x 1 matrix.</summary>
    /// <remarks><c>dx = 2/n · x · dy</c>.</remarks>
    public static Variable MeanSquare(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(1, 1);
        result.Span[0] = (float)(tape.Device.SumOfSquares(x.Value) / x.Value.Length);
        MeanSquareOperation operation = tape.Rent<MeanSquareOperation>();
        operation.X = x;
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class MeanSquareOperation : Operation
    {
        public Variable X { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            float factor = 2f / X.Value.Length * Output.Gradient!.Span[0];
            tape.Device.Scale(factor, X.Value, X.GradientTarget(out bool accumulate), accumulate);
        }
    }
}
