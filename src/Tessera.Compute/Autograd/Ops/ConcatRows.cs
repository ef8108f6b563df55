using Tessera.Compute.Tensors;

namespace Tessera.Compute.Autograd;

public sealed partial class Tape
{
    /// <summary>Matrices with the same number of columns one above the other.</summary>
    /// <remarks>Each gradient is its rows of the result's.</remarks>
    public Variable ConcatRows(params ReadOnlySpan<Variable> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Length, nameof(parts));
        ConcatRowsOperation operation = Rent<ConcatRowsOperation>();
        operation.Parts.Clear();
        int rows = 0;
        bool requiresGradient = false;
        foreach (Variable part in parts)
        {
            rows += part.Rows;
            requiresGradient |= part.RequiresGradient;
            operation.Parts.Add(part);
        }

        Matrix result = Arena.Rent(rows, parts[0].Columns);
        int row = 0;
        foreach (Variable part in parts)
        {
            Device.CopyBlock(part.Value, 0, 0, result, row, 0, part.Rows, result.Columns);
            row += part.Rows;
        }

        return Record(operation, result, requiresGradient);
    }

    private sealed class ConcatRowsOperation : Operation
    {
        public List<Variable> Parts { get; } = [];

        public override void Backward(Tape tape)
        {
            int row = 0;
            foreach (Variable part in Parts)
            {
                if (part.RequiresGradient)
                {
                    Matrix target = part.GradientTarget(out bool accumulate);
                    tape.Device.CopyBlock(Output.Gradient!, row, 0, target, 0, 0, part.Rows, part.Columns, accumulate);
                }

                row += part.Rows;
            }
        }
    }
}
