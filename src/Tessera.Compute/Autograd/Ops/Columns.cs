using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>A copy of columns <paramref name="column"/> .. <paramref name="column"/> + <paramref name="count"/> of x.</summary>
    /// <remarks>The gradient is added to those columns of x's.</remarks>
    public Variable Columns(Variable x, int column, int count)
    {
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = Arena.Rent(x.Rows, count);
        Device.CopyBlock(x.Value, 0, column, result, 0, 0, x.Rows, count);
        ColumnsOperation operation = Rent<ColumnsOperation>();
        (operation.X, operation.Column) = (x, column);
        return Record(operation, result, x.RequiresGradient);
    }

    private sealed class ColumnsOperation : Operation
    {
        public Variable X { get; set; } = null!;

        public int Column { get; set; }

        public override void Backward(Tape tape) =>
            tape.Device.CopyBlock(
                Output.Gradient!, 0, 0, X.ClearedGradient(), 0, Column, Output.Rows, Output.Columns, accumulate: true);
    }
}
