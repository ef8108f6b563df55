using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// For each entry (r, c) of a sparse pattern the dot product <c>v_e = a_r · b_c</c>, <c>[entries x 1]</c>: of rows of unit
    /// length, the cosine similarities of chosen pairs.
    /// </summary>
    /// <param name="pattern">Which pairs; its values do not matter.</param>
    /// <param name="a">As many rows as the pattern.</param>
    /// <param name="b">As many rows as the pattern has columns.</param>
    /// <remarks>With dV the sparse matrix of the gradients: <c>dA = dV B</c>, <c>dB = dVᵀ A</c>.</remarks>
    public static Variable EdgeDots(this Tape tape, CsrMatrix pattern, Variable a, Variable b)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Matrix result = tape.Arena.Rent(pattern.Count, 1);
        tape.Device.EdgeDots(pattern, a.Value, b.Value, result);
        EdgeDotsOperation operation = tape.Rent<EdgeDotsOperation>();
        (operation.Pattern, operation.A, operation.B) = (pattern, a, b);
        return tape.Record(operation, result, a.RequiresGradient || b.RequiresGradient);
    }

    private sealed class EdgeDotsOperation : Operation
    {
        public CsrMatrix Pattern { get; set; } = null!;

        public Variable A { get; set; } = null!;

        public Variable B { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (A.RequiresGradient)
            {
                Matrix target = A.GradientTarget(out bool accumulate);
                tape.Device.EdgeMatMul(Pattern, gradient, B.Value, accumulate ? target : null, target);
            }

            if (B.RequiresGradient) tape.AddTransposedProduct(Pattern, gradient, A.Value, B);
        }
    }
}
