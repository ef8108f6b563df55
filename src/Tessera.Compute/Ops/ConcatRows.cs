using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Matrices with the same number of columns one above the other.</summary>
    /// <remarks>Each gradient is its rows of the result's.</remarks>
    /// <exception cref="ArgumentException">The numbers of columns differ, or there is no matrix.</exception>
    public static Variable ConcatRows(this Tape tape, params ReadOnlySpan<Variable> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Length, nameof(parts));
        ConcatRowsOperation operation = tape.Rent<ConcatRowsOperation>();
        operation.Parts.Clear();
        int rows = 0;
        bool requiresGradient = false;
        foreach (Variable part in parts)
        {
            if (part.Columns != parts[0].Columns)
                throw new ArgumentException($"A matrix of {part.Columns} columns cannot stand above or below one of {parts[0].Columns}.", nameof(parts));
            rows += part.Rows;
            requiresGradient |= part.RequiresGradient;
            operation.Parts.Add(part);
        }

        Matrix result = tape.Arena.Rent(rows, parts[0].Columns);
        int row = 0;
        foreach (Variable part in parts)
        {
            tape.Device.CopyBlock(part.Value, 0, 0, result, row, 0, part.Rows, result.Columns);
            row += part.Rows;
        }

        return tape.Record(operation, result, requiresGradient);
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
