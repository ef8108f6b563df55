using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Softmax over the entries of each row of a sparse pattern, <c>y_e = exp(x_e) / Σ_{f in e's row} exp(x_f)</c>: attention of a
    /// node over its neighbours.
    /// </summary>
    /// <param name="pattern">Which entries share a row; its values do not matter.</param>
    /// <param name="values">x, <c>[entries x 1]</c>.</param>
    /// <remarks><c>dx = y ∘ (dy - y·dy)</c> within each row.</remarks>
    public Variable SegmentSoftmax(CsrMatrix pattern, Variable values)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(values);
        Matrix result = Arena.Rent(values.Rows, values.Columns);
        Device.SegmentSoftmax(pattern, values.Value, result);
        SegmentSoftmaxOperation operation = Rent<SegmentSoftmaxOperation>();
        (operation.Pattern, operation.Values) = (pattern, values);
        return Record(operation, result, values.RequiresGradient);
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
