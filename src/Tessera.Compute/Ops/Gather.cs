using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Chosen rows, <c>y_r = x_{rows[r]}</c>, repeats allowed.</summary>
    /// <param name="x"><c>[n x columns]</c>.</param>
    /// <param name="rows">Row of x for each row of the result. The memory must stay unchanged until the step ends.</param>
    /// <exception cref="ArgumentOutOfRangeException">A row is outside 0..n-1.</exception>
    /// <remarks><c>dx_{rows[r]} += dy_r</c>, in order of r.</remarks>
    public static Variable Gather(this Tape tape, Variable x, ReadOnlyMemory<int> rows)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(rows.Length, x.Columns);
        tape.Device.GatherRows(x.Value, rows.Span, result);
        GatherOperation operation = tape.Rent<GatherOperation>();
        (operation.X, operation.Indices) = (x, rows);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class GatherOperation : Operation
    {
        public ReadOnlyMemory<int> Indices { get; set; }

        public override void Backward(Tape tape) =>
            tape.Device.ScatterAddRows(1f, Output.Gradient!, Indices.Span, X.ClearedGradient());
    }
}
