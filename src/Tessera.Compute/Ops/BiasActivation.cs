using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Adds a row to every row and applies LeakyReLU, <c>y = LeakyReLU(x + b)</c>.</summary>
    /// <param name="x"><c>[rows x columns]</c>.</param>
    /// <param name="bias">b, <c>[1 x columns]</c>.</param>
    /// <param name="leakySlope">Slope below zero, above 0; 1 for no activation.</param>
    /// <remarks><c>dx = dy</c> where <c>y &gt; 0</c>, else <c>slope · dy</c>; <c>db = Σ_rows dx</c>.</remarks>
    public static Variable BiasActivation(this Tape tape, Variable x, Variable bias, float leakySlope = 1f)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leakySlope, 0f);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.BiasActivation(x.Value, bias.Value, leakySlope, result);
        BiasActivationOperation operation = tape.Rent<BiasActivationOperation>();
        (operation.X, operation.Bias, operation.LeakySlope) = (x, bias, leakySlope);
        return tape.Record(operation, result, x.RequiresGradient || bias.RequiresGradient);
    }

    private sealed class BiasActivationOperation : Operation
    {
        public Variable Bias { get; set; } = null!;

        public float LeakySlope { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (LeakySlope != 1f) tape.Device.LeakyReluGradient(LeakySlope, Output.Value, gradient, gradient);
            if (Bias.RequiresGradient) tape.Device.ColumnSums(gradient, Bias.GradientTarget(out bool addBias), addBias);
            if (X.RequiresGradient) tape.Device.Scale(1f, gradient, X.GradientTarget(out bool addX), addX);
        }
    }
}
