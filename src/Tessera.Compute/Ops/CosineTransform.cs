using Tessera.Compute.Autograd;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Orthonormal cosine transform along the columns of x, block of rows by block of rows: <c>y_m = C_m x_m</c>, or
    /// <c>C_mᵀ x_m</c> for the inverse.
    /// </summary>
    /// <param name="transforms">One transform a block; their lengths add up to the rows of x.</param>
    /// <param name="direction">Forward or inverse.</param>
    /// <param name="x">Columns to transform.</param>
    /// <remarks><c>dx_m = C_mᵀ dy_m</c>: the transform in the other direction.</remarks>
    public static Variable CosineTransform(this Tape tape, IReadOnlyList<ICosineTransform> transforms, DctDirection direction, Variable x)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(x);
        Matrix result = tape.Arena.Rent(x.Rows, x.Columns);
        tape.Transform(transforms, direction, x.Value, result);
        CosineTransformOperation operation = tape.Rent<CosineTransformOperation>();
        (operation.Transforms, operation.Direction, operation.X) = (transforms, direction, x);
        return tape.Record(operation, result, x.RequiresGradient);
    }

    private static void Transform(this Tape tape, IReadOnlyList<ICosineTransform> transforms, DctDirection direction, Matrix x, Matrix result)
    {
        int row = 0;
        for (int m = 0; m < transforms.Count; m++)
        {
            int count = transforms[m].Length;
            tape.Device.CosineTransform(transforms[m], direction, tape.ViewRows(x, row, count), tape.ViewRows(result, row, count));
            row += count;
        }

        if (row != x.Rows) throw new ArgumentException($"The transforms cover {row} of {x.Rows} rows.", nameof(transforms));
    }

    private sealed class CosineTransformOperation : Operation
    {
        public IReadOnlyList<ICosineTransform> Transforms { get; set; } = null!;

        public DctDirection Direction { get; set; }

        public Variable X { get; set; } = null!;

        public override void Backward(Tape tape)
        {
            DctDirection back = Direction == DctDirection.Forward ? DctDirection.Inverse : DctDirection.Forward;
            Matrix target = X.GradientTarget(out bool accumulate), gradient = Output.Gradient!;
            tape.Transform(Transforms, back, gradient, accumulate ? gradient : target);
            if (accumulate) tape.Device.Scale(1f, gradient, target, accumulate: true);
        }
    }
}
