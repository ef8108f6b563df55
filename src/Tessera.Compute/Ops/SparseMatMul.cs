using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Sparse times dense plus dense, <c>Y = S X + addend</c>; S is constant.</summary>
    /// <remarks><c>dX = Sᵀ dY</c>, <c>d addend = dY</c>.</remarks>
    public static Variable SparseMatMul(this Tape tape, CsrMatrix s, Variable x, Variable? addend = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(s.Rows, x.Columns);
        tape.Device.SparseMatMul(s, x.Value, addend?.Value, result);
        SparseMatMulOperation operation = tape.Rent<SparseMatMulOperation>();
        (operation.S, operation.X, operation.Addend) = (s, x, addend);
        return tape.Record(operation, result, x.RequiresGradient || (addend?.RequiresGradient ?? false));
    }

    private sealed class SparseMatMulOperation : Operation
    {
        public CsrMatrix S { get; set; } = null!;

        public Variable? Addend { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (X.RequiresGradient)
            {
                Matrix target = X.GradientTarget(out bool accumulate);
                if (ReferenceEquals(X, Addend))
                {
                    // Y = (S + 1) X, the usual residual propagation: one pass instead of two.
                    if (accumulate) tape.Device.Scale(1f, gradient, target, accumulate: true);
                    tape.Device.SparseMatMul(S.Transposed, gradient, accumulate ? target : gradient, target);
                    return;
                }

                tape.Device.SparseMatMul(S.Transposed, gradient, accumulate ? target : null, target);
            }

            if (Addend is { RequiresGradient: true })
                tape.Device.Scale(1f, gradient, Addend.GradientTarget(out bool accumulate), accumulate);
        }
    }
}
