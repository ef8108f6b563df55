using Tessera.Compute.Autograd;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Softmax of each row after adding Gumbel noise, <c>y = softmax((x + g) / τ)</c>: nearly a draw from the row's distribution, yet
    /// differentiable (Jang et al., 2017). Draws one number, which determines all noise.
    /// </summary>
    /// <param name="x">Logits.</param>
    /// <param name="temperature">τ, above 0; the smaller, the nearer to one-hot.</param>
    /// <param name="rng">Source of randomness; null for no noise.</param>
    /// <remarks><c>dx = y ∘ (dy - y·dy) / τ</c>.</remarks>
    public static Variable GumbelSoftmax(this Tape tape, Variable x, float temperature, Rng? rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        if (rng is not null) tape.Device.AddGumbelNoise(x.Value, rng.NextUInt64(), result);
        tape.Device.Scale(1f / temperature, rng is null ? x.Value : result, result);
        tape.Device.SoftmaxRows(result, result);
        GumbelSoftmaxOperation operation = tape.Rent<GumbelSoftmaxOperation>();
        (operation.X, operation.Temperature) = (x, temperature);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class GumbelSoftmaxOperation : Operation
    {
        public float Temperature { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            tape.Device.Scale(1f / Temperature, gradient, gradient);
            tape.Device.SoftmaxRowsGradient(Output.Value, gradient, X.GradientTarget(out bool accumulate), accumulate);
        }
    }
}
