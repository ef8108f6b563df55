using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Mean logistic loss of margins, <c>1/n Σ log(1 + e^-x) = 1/n Σ -log σ(x)</c>, as a 1 x 1 matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no elements.</exception>
    /// <remarks><c>dx = -σ(-x) / n · dy</c>.</remarks>
    public static Variable MeanLogisticLoss(this Tape tape, Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfZero(x.Value.Length, nameof(x));
        Matrix slopes = tape.Arena.Rent(x.Rows, x.Columns);
        double loss = Device.MeanLogisticLoss(x.Value, slopes);
        MeanLogisticLossOperation operation = tape.Rent<MeanLogisticLossOperation>();
        (operation.X, operation.Slopes) = (x, slopes);
        return tape.Record(operation, loss, x.RequiresGradient);
    }

    private sealed class MeanLogisticLossOperation : Operation
    {
        public Matrix Slopes { get; set; } = null!;

        public override void Backward(Tape tape) =>
            tape.Device.Scale(Slope, Slopes, X.GradientTarget(out bool accumulate), accumulate);

        public override void Release(Tape tape) => tape.Arena.Return(Slopes);
    }
}
