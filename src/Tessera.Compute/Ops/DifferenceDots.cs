using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Dot products of chosen rows with differences of chosen rows, <c>d_r = a_{x_r} · (b_{y_r} - b_{z_r})</c>, <c>[triples x 1]</c>,
    /// without copies of the rows.
    /// </summary>
    /// <param name="a"><c>[n x d]</c>.</param>
    /// <param name="b"><c>[m x d]</c>; may be a itself.</param>
    /// <param name="x">Row of a in each triple.</param>
    /// <param name="y">Row of b that counts; as many.</param>
    /// <param name="z">Row of b that is subtracted; as many. The memory must stay unchanged until the step ends.</param>
    /// <remarks><c>da_x += dd_r (b_y - b_z)</c>, <c>db_y += dd_r a_x</c>, <c>db_z -= dd_r a_x</c>, in order of r.</remarks>
    public static Variable DifferenceDots(
        this Tape tape, Variable a, Variable b, ReadOnlyMemory<int> x, ReadOnlyMemory<int> y, ReadOnlyMemory<int> z)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Matrix result = tape.Arena.Rent(x.Length, 1);
        tape.Device.DifferenceDots(a.Value, b.Value, x.Span, y.Span, z.Span, result);
        DifferenceDotsOperation operation = tape.Rent<DifferenceDotsOperation>();
        (operation.A, operation.B, operation.Left, operation.Plus, operation.Minus) = (a, b, x, y, z);
        return tape.Record(operation, result, a.RequiresGradient || b.RequiresGradient);
    }

    private sealed class DifferenceDotsOperation : Operation
    {
        public Variable A { get; set; } = null!;

        public Variable B { get; set; } = null!;

        public ReadOnlyMemory<int> Left { get; set; }

        public ReadOnlyMemory<int> Plus { get; set; }

        public ReadOnlyMemory<int> Minus { get; set; }

        public override void Backward(Tape tape)
        {
            Matrix? a = A.RequiresGradient ? A.ClearedGradient() : null, b = B.RequiresGradient ? B.ClearedGradient() : null;
            tape.Device.DifferenceDotsGradient(A.Value, B.Value, Left.Span, Plus.Span, Minus.Span, Output.Gradient!, a, b);
        }
    }
}
