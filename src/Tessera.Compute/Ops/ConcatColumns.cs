using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>Matrices with the same number of rows side by side, <c>[x_1 ‖ … ‖ x_n]</c>.</summary>
    /// <remarks>Each gradient is its columns of the result's.</remarks>
    public static Variable ConcatColumns(this Tape tape, ReadOnlySpan<Variable> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Length, nameof(parts));
        ConcatColumnsOperation operation = tape.Rent<ConcatColumnsOperation>();
        operation.Parts.Clear();
        int columns = 0;
        bool requiresGradient = false;
        foreach (Variable part in parts)
        {
            if (part.Rows != parts[0].Rows)
                throw new ArgumentException($"A matrix of {part.Rows} rows cannot lie beside one of {parts[0].Rows}.", nameof(parts));
            columns += part.Columns;
            requiresGradient |= part.RequiresGradient;
            operation.Parts.Add(part);
        }

        Matrix result = tape.Arena.Rent(parts[0].Rows, columns);
        int column = 0;
        foreach (Variable part in parts)
        {
            tape.Device.CopyBlock(part.Value, 0, 0, result, 0, column, result.Rows, part.Columns);
            column += part.Columns;
        }

        return tape.Record(operation, result, requiresGradient);
    }

    private sealed class ConcatColumnsOperation : Operation
    {
        public List<Variable> Parts { get; } = [];

        public override void Backward(Tape tape)
        {
            int column = 0;
            foreach (Variable part in Parts)
            {
                if (part.RequiresGradient)
                {
                    Matrix target = part.GradientTarget(out bool accumulate);
                    tape.Device.CopyBlock(Output.Gradient!, 0, column, target, 0, 0, part.Rows, part.Columns, accumulate);
                }

                column += part.Columns;
            }
        }
    }
}
