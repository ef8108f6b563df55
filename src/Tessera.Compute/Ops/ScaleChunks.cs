using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Weights equal chunks of columns row by row: <c>y = [w_1 x_1 ‖ … ‖ w_C x_C]</c>.</summary>
    /// <param name="x"><c>[rows x Cd]</c>.</param>
    /// <param name="weights"><c>[rows x C]</c>.</param>
    /// <remarks><c>dx_c = w_c dy_c</c>, <c>dw_c = x_c · dy_c</c>.</remarks>
    public static Variable ScaleChunks(this Tape tape, Variable x, Variable weights)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weights);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Device.ScaleChunks(x.Value, weights.Value, result);
        ScaleChunksOperation operation = tape.Rent<ScaleChunksOperation>();
        (operation.X, operation.Weights) = (x, weights);
        return tape.Record(operation, result, x.RequiresGradient || weights.RequiresGradient);
    }

    private sealed class ScaleChunksOperation : Operation
    {
        public Variable Weights { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            bool addX = false, addWeights = false;
            // The weights come first, as in the kernel: where they are x itself, x's gradient is added to theirs.
            Matrix? weights = Weights.RequiresGradient ? Weights.GradientTarget(out addWeights) : null;
            Matrix? x = X.RequiresGradient ? X.GradientTarget(out addX) : null;
            tape.Device.ScaleChunksGradient(X.Value, Weights.Value, Output.Gradient!, x, addX, weights, addWeights);
        }
    }
}
