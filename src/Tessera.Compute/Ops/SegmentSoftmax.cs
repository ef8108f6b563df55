using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Softmax over the entries of each row of a sparse pattern, <c>y_e = exp(x_e) / Σ_{f in e's row} exp(x_f)</c>: attention of a
    /// node over its neighbors.
    /// </summary>
    /// <param name="pattern">Which entries share a row; its values do not matter.</param>
    /// <param name="values">x, <c>[entries x 1]</c>.</param>
    /// <remarks><c>dx = y ∘ (dy - y·dy)</c> within each row.</remarks>
    public static Variable SegmentSoftmax(this Tape tape, CsrMatrix pattern, Variable values)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(values);
        Matrix result = tape.Arena.Rent(values.Rows, values.Columns);
        tape.Device.SegmentSoftmax(pattern, values.Value, result);
        SegmentSoftmaxOperation operation = tape.Rent<SegmentSoftmaxOperation>();
        (operation.Pattern, operation.Values) = (pattern, values);
        return tape.Record(operation, result, values.RequiresGradient);
    }

    private sealed class SegmentSoftmaxOperation : Operation
    {
        public CsrMatrix Pattern { get; set; } = null!;

        public Variable Values { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            Matrix target = Values.GradientTarget(out bool accumulate);
            tape.Device.SegmentSoftmaxGradient(Pattern, Output.Value, Output.Gradient!, target, accumulate);
        }
    }
}
