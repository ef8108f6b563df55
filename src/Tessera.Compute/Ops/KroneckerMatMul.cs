using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Product with a Kronecker product, <c>Y = (A ⊗ B) X</c> or <c>(Aᵀ ⊗ Bᵀ) X</c>, which is never formed: a column of X is a grid,
    /// row by row, A goes along its columns and B along its rows. A and B are constant.
    /// </summary>
    /// <param name="a">A, <c>[p' x p]</c>.</param>
    /// <param name="b">B, <c>[q' x q]</c>.</param>
    /// <param name="x">X, <c>[pq x n]</c>; for the transposed product <c>[p'q' x n]</c>.</param>
    /// <param name="transpose">Whether A and B are taken transposed.</param>
    /// <returns>Y, <c>[p'q' x n]</c>; for the transposed product <c>[pq x n]</c>. Costs <c>2n(p'pq + p'q'q)</c> flops.</returns>
    /// <remarks><c>dX = (Aᵀ ⊗ Bᵀ) dY</c>: the other of the two products.</remarks>
    public static Variable KroneckerMatMul(this Tape tape, Matrix a, Matrix b, Variable x, bool transpose = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(transpose ? a.Columns * b.Columns : a.Rows * b.Rows, x.Columns);
        tape.KroneckerMatMul(a, b, x.Value, transpose, result, accumulate: false);
        KroneckerMatMulOperation operation = tape.Rent<KroneckerMatMulOperation>();
        (operation.A, operation.B, operation.X, operation.Transpose) = (a, b, x, transpose);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private static void KroneckerMatMul(this Tape tape, Matrix a, Matrix b, Matrix x, bool transpose, Matrix result, bool accumulate)
    {
        (int rows, int inner) = transpose ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
        (int blockRows, int blockInner) = transpose ? (b.Columns, b.Rows) : (b.Rows, b.Columns);
        if (x.Rows != inner * blockInner)
            throw new ArgumentException($"X has {x.Rows} rows; expected {inner} x {blockInner} = {inner * blockInner}.", nameof(x));

        // A along the columns of all grids at once, then B within each row.
        Matrix along = tape.Arena.Rent(rows, blockInner * x.Columns);
        tape.Device.MatMul(a, transpose, tape.View(x, 0, inner, blockInner * x.Columns), false, along);
        for (int row = 0; row < rows; row++)
        {
            Matrix block = tape.View(along, row * along.Columns, blockInner, x.Columns);
            tape.Device.MatMul(b, transpose, block, false, tape.ViewRows(result, row * blockRows, blockRows), accumulate);
        }

        tape.Arena.Return(along);
    }

    private sealed class KroneckerMatMulOperation : Operation
    {
        public Matrix A { get; set; } = null!;

        public Matrix B { get; set; } = null!;

        public bool Transpose { get; set; }

        public override void Backward(Tape tape) =>
            tape.KroneckerMatMul(A, B, Output.Gradient!, !Transpose, X.GradientTarget(out bool accumulate), accumulate);
    }
}
