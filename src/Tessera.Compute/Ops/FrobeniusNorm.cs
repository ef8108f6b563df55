using Tessera.Compute.Autograd;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Frobenius norm, <c>y = √(Σ x²)</c>, as a 1 x 1 matrix.</summary>
    /// <remarks><c>dx = x / y · dy</c>; 0, one of the subgradients, where x is all zeros.</remarks>
    public static Variable FrobeniusNorm(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        FrobeniusNormOperation operation = tape.Rent<FrobeniusNormOperation>();
        operation.X = x;
        return tape.Record(operation, Math.Sqrt(tape.Device.SumOfSquares(x.Value)), x.RequiresGradient);
    }

    private sealed class FrobeniusNormOperation : Operation
    {
        public override void Backward(Tape tape)
        {
            float norm = Output.Scalar, factor = norm > 0f ? Slope / norm : 0f;
            tape.Device.Scale(factor, X.Value, X.GradientTarget(out bool accumulate), accumulate);
        }
    }
}
