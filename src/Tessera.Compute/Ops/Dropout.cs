using Tessera.Compute.Autograd;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Inverted dropout (Srivastava et al., 2014): each element becomes 0 with a probability, else is divided by the
    /// probability to stay. Draws one number, which determines what every element becomes.
    /// </summary>
    /// <param name="x">x.</param>
    /// <param name="probability">Probability p to drop an element, in [0, 1). With 0 the result is x itself and nothing is drawn.</param>
    /// <param name="rng">Source of randomness.</param>
    /// <remarks><c>dx = dy / (1 - p)</c> where the element stayed, else 0.</remarks>
    public static Variable Dropout(this Tape tape, Variable x, float probability, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(rng);
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1f);
        if (probability == 0f) return x;
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        ulong seed = rng.NextUInt64();
        tape.Device.Dropout(x.Value, probability, seed, result);
        DropoutOperation operation = tape.Rent<DropoutOperation>();
        (operation.X, operation.Probability, operation.Seed) = (x, probability, seed);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class DropoutOperation : Operation
    {
        public float Probability { get; set; }

        public ulong Seed { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Device.Dropout(Output.Gradient!, Probability, Seed, target, accumulate);
        }
    }
}
