using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>Weights equal bands of columns row by row: <c>y = [w_1 x_1 ‖ … ‖ w_C x_C]</c>.</summary>
    /// <param name="x"><c>[rows x Cd]</c>.</param>
    /// <param name="weights"><c>[rows x C]</c>.</param>
    /// <remarks><c>dx_c = w_c dy_c</c>, <c>dw_c = x_c · dy_c</c>.</remarks>
    public Variable ScaleBands(Variable x, Variable weights)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weights);
        Matrix result = Arena.Rent(x.Rows, x.Columns);
        Device.ScaleBands(x.Value, weights.Value, result);
        ScaleBandsOperation operation = Rent<ScaleBandsOperation>();
        (operation.X, operation.Weights) = (x, weights);
        return Record(operation, result, x.RequiresGradient || weights.RequiresGradient);
    }

    private sealed class ScaleBandsOperation : Operation
    {
        public Variable X { get; set; } = null!;

        public Variable Weights { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            bool addX = false, addWeights = false;
            // The weights come first, as in the kernel: where they are x itself, x's gradient is added to theirs.
            Matrix? weights = Weights.RequiresGradient ? Weights.GradientTarget(out addWeights) : null;
            Matrix? x = X.RequiresGradient ? X.GradientTarget(out addX) : null;
            tape.Device.ScaleBandsGradient(X.Value, Weights.Value, Output.Gradient!, x, addX, weights, addWeights);
        }
    }
}
