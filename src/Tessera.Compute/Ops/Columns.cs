using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>A copy of columns <paramref name="column"/> .. <paramref name="column"/> + <paramref name="count"/> of x.</summary>
    /// <remarks>The gradient is added to those columns of x's.</remarks>
    public static Variable Columns(this Tape tape, Variable x, int column, int count)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(x.Rows, count);
        tape.Device.CopyBlock(x.Value, 0, column, result, 0, 0, x.Rows, count);
        ColumnsOperation operation = tape.Rent<ColumnsOperation>();
        (operation.X, operation.Column) = (x, column);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private sealed class ColumnsOperation : Operation
    {
        public int Column { get; set; }

        public override void Backward(Tape tape) =>
            tape.Device.CopyBlock(
                Output.Gradient!, 0, 0, X.ClearedGradient(), 0, Column, Output.Rows, Output.Columns, accumulate: true);
    }
}
