using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Matrix product <c>C = op(A) op(B)</c>, op being nothing or transposition.</summary>
    /// <remarks>For <c>C = A B</c>: <c>dA = dC Bᵀ</c>, <c>dB = Aᵀ dC</c>; the transposed cases follow by transposing.</remarks>
    public static Variable MatMul(this Tape tape, Variable a, Variable b, bool transposeA = false, bool transposeB = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Matrix result = tape.Arena.Rent(transposeA ? a.Columns : a.Rows, transposeB ? b.Rows : b.Columns);
        tape.Device.MatMul(a.Value, transposeA, b.Value, transposeB, result);
        MatMulOperation operation = tape.Rent<MatMulOperation>();
        (operation.A, operation.B, operation.TransposeA, operation.TransposeB) = (a, b, transposeA, transposeB);
        return tape.Record(operation, result, a.RequiresGradient || b.RequiresGradient);
    }

    private sealed class MatMulOperation : Operation
    {
        public Variable A { get; set; } = null!;

        public Variable B { get; set; } = null!;

        public bool TransposeA { get; set; }

        public bool TransposeB { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix gradient = Output.Gradient!;
            if (A.RequiresGradient)
            {
                Matrix target = A.GradientTarget(out bool accumulate);
                if (TransposeA) tape.Device.MatMul(B.Value, TransposeB, gradient, true, target, accumulate);
                else tape.Device.MatMul(gradient, false, B.Value, !TransposeB, target, accumulate);
            }

            if (B.RequiresGradient)
            {
                Matrix target = B.GradientTarget(out bool accumulate);
                if (TransposeB) tape.Device.MatMul(gradient, true, A.Value, TransposeA, target, accumulate);
                else tape.Device.MatMul(A.Value, !TransposeA, gradient, false, target, accumulate);
            }
        }
    }
}
