using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Sum over layers of a linear graph convolution, <c>Z = Σ_{l=0..L} S^l X</c>, computed as
    /// <c>X + S (X + S (X + …))</c>: one sparse product a layer and no further passes.
    /// </summary>
    /// <param name="s">Square propagation matrix, constant.</param>
    /// <param name="x">X.</param>
    /// <param name="layers">L, 0 or more.</param>
    /// <remarks><c>dX = Σ_l (Sᵀ)^l dZ</c>, the same scheme.</remarks>
    public static Variable PropagateSum(this Tape tape, CsrMatrix s, Variable x, int layers) => tape.Propagate(s, x, layers, 1f);

    private static Variable Propagate(this Tape tape, CsrMatrix s, Variable x, int layers, float factor)
    {
        ArgumentNullException.ThrowIfNull(s);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Propagate(s, x.Value, layers, factor, result, accumulate: false);
        PropagateOperation operation = tape.Rent<PropagateOperation>();
        (operation.S, operation.X, operation.Layers, operation.Factor) = (s, x, layers, factor);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private static void Propagate(this Tape tape, CsrMatrix s, Matrix x, int layers, float factor, Matrix result, bool accumulate)
    {
        Matrix sum = x;
        for (int layer = 1; layer <= layers; layer++)
        {
            Matrix next = layer == layers && !accumulate ? result : tape.Arena.Rent(x.Rows, x.Columns);
            tape.Device.SparseMatMul(s, sum, x, next);
            if (!ReferenceEquals(sum, x)) tape.Arena.Return(sum);
            sum = next;
        }

        if (ReferenceEquals(sum, result) && factor == 1f) return;
        tape.Device.Scale(factor, sum, result, accumulate);
        if (!ReferenceEquals(sum, x) && !ReferenceEquals(sum, result)) tape.Arena.Return(sum);
    }

    private sealed class PropagateOperation : Operation
    {
        public CsrMatrix S { get; set; } = null!;

        public int Layers { get; set; }

        public float Factor { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Propagate(S.Transposed, Output.Gradient!, Layers, Factor, target, accumulate);
        }
    }
}
