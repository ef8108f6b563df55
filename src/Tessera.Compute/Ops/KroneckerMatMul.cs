using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Product with a Kronecker product, <c>Y = (A ⊗ B) X</c> or <c>(Aᵀ ⊗ Bᵀ) X</c>, which is never formed: a column of X is a grid,
    /// row by row, A goes along its columns and B along its rows.
    /// </summary>
    /// <param name="a">A, <c>[p' x p]</c>.</param>
    /// <param name="b">B, <c>[q' x q]</c>.</param>
    /// <param name="x">X, <c>[pq x n]</c>; for the transposed product <c>[p'q' x n]</c>.</param>
    /// <param name="transpose">Whether A and B are taken transposed.</param>
    /// <returns>Y, <c>[p'q' x n]</c>; for the transposed product <c>[pq x n]</c>. Costs <c>2n(p'pq + p'q'q)</c> flops.</returns>
    /// <remarks>
    /// <c>dX = (Aᵀ ⊗ Bᵀ) dY</c>: the other of the two products. With X and <c>Z = (A ⊗ I) X</c> as matrices of rows of n grids, row i of all
    /// grids being X_i <c>[q x n]</c>: <c>dB = Σ_i dY_i Z_iᵀ</c>, <c>dZ_i = Bᵀ dY_i</c>, <c>dA = dZ Xᵀ</c>; transposed, each of the two is the
    /// transpose of this.
    /// </remarks>
    public static Variable KroneckerMatMul(this Tape tape, Variable a, Variable b, Variable x, bool transpose = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(transpose ? a.Columns * b.Columns : a.Rows * b.Rows, x.Columns);
        tape.KroneckerMatMul(a.Value, b.Value, x.Value, transpose, result, accumulate: false);
        KroneckerMatMulOperation operation = tape.Rent<KroneckerMatMulOperation>();
        (operation.A, operation.B, operation.X, operation.Transpose) = (a, b, x, transpose);
        return tape.Record(operation, result, a.RequiresGradient || b.RequiresGradient || x.RequiresGradient);
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
        public Variable A { get; set; } = null!;

        public Variable B { get; set; } = null!;

        public bool Transpose { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix a = A.Value, b = B.Value, x = X.Value, gradient = Output.Gradient!;
            (int rows, int inner) = Transpose ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
            (int blockRows, int blockInner) = Transpose ? (b.Columns, b.Rows) : (b.Rows, b.Columns);
            Matrix grids = tape.View(x, 0, inner, blockInner * x.Columns);
            Matrix along = tape.Arena.Rent(rows, blockInner * x.Columns);
            if (B.RequiresGradient)
            {
                Matrix target = B.ClearedGradient();
                tape.Device.MatMul(a, Transpose, grids, false, along);
                for (int row = 0; row < rows; row++)
                {
                    Matrix from = Along(row), to = tape.ViewRows(gradient, row * blockRows, blockRows);
                    if (Transpose) tape.Device.MatMul(from, false, to, true, target, accumulate: true);
                    else tape.Device.MatMul(to, false, from, true, target, accumulate: true);
                }
            }

            if (A.RequiresGradient)
            {
                for (int row = 0; row < rows; row++)
                    tape.Device.MatMul(b, !Transpose, tape.ViewRows(gradient, row * blockRows, blockRows), false, Along(row));
                Matrix target = A.GradientTarget(out bool accumulate);
                if (Transpose) tape.Device.MatMul(grids, false, along, true, target, accumulate);
                else tape.Device.MatMul(along, false, grids, true, target, accumulate);
            }

            tape.Arena.Return(along);
            if (X.RequiresGradient) tape.KroneckerMatMul(a, b, gradient, !Transpose, X.GradientTarget(out bool add), add);

            Matrix Along(int row) => tape.View(along, row * along.Columns, blockInner, x.Columns);
        }
    }
}
