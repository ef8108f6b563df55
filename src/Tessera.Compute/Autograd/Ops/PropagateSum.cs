using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Sum over layers of a linear graph convolution, <c>Z = Σ_{l=0..L} S^l X</c>, computed as
    /// <c>X + S (X + S (X + …))</c>: one sparse product a layer and no further passes.
    /// </summary>
    /// <param name="s">Square propagation matrix, constant.</param>
    /// <param name="x">X.</param>
    /// <param name="layers">L, 0 or more.</param>
    /// <remarks><c>dX = Σ_l (Sᵀ)^l dZ</c>, the same scheme.</remarks>
    public Variable PropagateSum(CsrMatrix s, Variable x, int layers) => Propagate(s, x, layers, 1f);

    private Variable Propagate(CsrMatrix s, Variable x, int layers, float factor)
    {
        ArgumentNullException.ThrowIfNull(s);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        Matrix result = Arena.Rent(x.Rows, x.Columns);
        Propagate(s, x.Value, layers, factor, result, accumulate: false);
        PropagateOperation operation = Rent<PropagateOperation>();
        (operation.S, operation.X, operation.Layers, operation.Factor) = (s, x, layers, factor);
        return Record(operation, result, x.RequiresGradient);
    }

    private void Propagate(CsrMatrix s, Matrix x, int layers, float factor, Matrix result, bool accumulate)
    {
        Matrix sum = x;
        for (int layer = 1; layer <= layers; layer++)
        {
            Matrix next = layer == layers && !accumulate ? result : Arena.Rent(x.Rows, x.Columns);
            Device.SparseMatMul(s, sum, x, next);
            if (!ReferenceEquals(sum, x)) Arena.Return(sum);
            sum = next;
        }

        if (ReferenceEquals(sum, result) && factor == 1f) return;
        Device.Scale(factor, sum, result, accumulate);
        if (!ReferenceEquals(sum, x) && !ReferenceEquals(sum, result)) Arena.Return(sum);
    }

    private sealed class PropagateOperation : Operation
    {
        public CsrMatrix S { get; set; } = null!;

        public Variable X { get; set; } = null!;

        public int Layers { get; set; }

        public float Factor { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix target = X.GradientTarget(out bool accumulate);
            tape.Propagate(S.Transposed, Output.Gradient!, Layers, Factor, target, accumulate);
        }
    }
}
