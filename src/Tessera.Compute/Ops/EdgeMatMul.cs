using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Sparse times dense plus dense, <c>Y = S X + addend</c>, where the values of S are computed.</summary>
    /// <param name="pattern">Which entries S has; its values do not matter.</param>
    /// <param name="values">Their values, <c>[entries x 1]</c>.</param>
    /// <param name="x">X.</param>
    /// <param name="addend">Shaped as the product, or null.</param>
    /// <remarks><c>dv_e = dY_row(e) · X_column(e)</c>, <c>dX = Sᵀ dY</c>, <c>d addend = dY</c>.</remarks>
    public static Variable EdgeMatMul(this Tape tape, CsrMatrix pattern, Variable values, Variable x, Variable? addend = null)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(pattern.Rows, x.Columns);
        tape.Device.EdgeMatMul(pattern, values.Value, x.Value, addend?.Value, result);
        EdgeMatMulOperation operation = tape.Rent<EdgeMatMulOperation>();
        (operation.Pattern, operation.Values, operation.X, operation.Addend) = (pattern, values, x, addend);
        return tape.Record(operation, result, values.RequiresGradient || x.RequiresGradient || (addend?.RequiresGradient ?? false));
    }

    /// <summary>Adds <c>Sᵀ y</c> to the gradient of a variable.</summary>
    private static void AddTransposedProduct(this Tape tape, CsrMatrix pattern, Matrix values, Matrix y, Variable variable)
    {
        Matrix transposed = tape.Arena.Rent(pattern.Count, 1);
        tape.Device.GatherRows(values, pattern.TransposedEntries, transposed);
        Matrix target = variable.GradientTarget(out bool accumulate);
        tape.Device.EdgeMatMul(pattern.Transposed, transposed, y, accumulate ? target : null, target);
        tape.Arena.Return(transposed);
    }

    private sealed class EdgeMatMulOperation : Operation
    {
        public CsrMatrix Pattern { get; set; } = null!;

        public Variable Values { get; set; } = null!;

        public Variable? Addend { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (Values.RequiresGradient)
            {
                Matrix target = Values.GradientTarget(out bool accumulate);
                tape.Device.EdgeDots(Pattern, gradient, X.Value, target, accumulate);
            }

            if (X.RequiresGradient) tape.AddTransposedProduct(Pattern, Values.Value, gradient, X);
            if (Addend is { RequiresGradient: true })
                tape.Device.Scale(1f, gradient, Addend.GradientTarget(out bool accumulate), accumulate);
        }
    }
}
