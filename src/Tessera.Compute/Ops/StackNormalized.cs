using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Puts matrices into a grid after L2-normalizing their rows: chunk c of the result, columns c·d .. (c+1)·d, is
    /// <c>tops[c]</c> above <c>bottoms[c]</c>, each row divided by max(‖row‖, 1e-12).
    /// </summary>
    /// <param name="tops">C matrices <c>[n x d]</c>.</param>
    /// <param name="bottoms">C matrices <c>[m x d]</c>.</param>
    /// <returns><c>[(n + m) x Cd]</c>.</returns>
    /// <remarks>For a row <c>y = x / ‖x‖</c>: <c>dx = (dy - y (y·dy)) / ‖x‖</c>.</remarks>
    public static Variable StackNormalized(this Tape tape, ReadOnlySpan<Variable> tops, ReadOnlySpan<Variable> bottoms)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tops.Length, nameof(tops));
        ArgumentOutOfRangeException.ThrowIfNotEqual(bottoms.Length, tops.Length, nameof(bottoms));
        StackNormalizedOperation operation = tape.Rent<StackNormalizedOperation>();
        operation.Parts.Clear();
        operation.Norms.Clear();
        int width = tops[0].Columns;
        Matrix result = tape.Arena.Rent(tops[0].Rows + bottoms[0].Rows, tops.Length * width);
        bool requiresGradient = false;
        for (int c = 0; c < tops.Length; c++)
        {
            Normalize(tops[c], 0, c, tops[0].Rows);
            Normalize(bottoms[c], tops[0].Rows, c, bottoms[0].Rows);
        }

        return tape.Record(operation, result, requiresGradient);

        void Normalize(Variable part, int row, int chunk, int rows)
        {
            if (part.Rows != rows || part.Columns != width)
                throw new ArgumentException($"Chunk {chunk} has a [{part.Rows} x {part.Columns}] where [{rows} x {width}] fits.");
            Matrix norms = tape.Arena.Rent(part.Rows, 1);
            tape.Device.NormalizeRows(part.Value, result, row, chunk * width, norms);
            operation.Parts.Add(part);
            operation.Norms.Add(norms);
            requiresGradient |= part.RequiresGradient;
        }
    }

    private sealed class StackNormalizedOperation : Operation
    {
        // Top and bottom of chunk 0, then of chunk 1, …
        public List<Variable> Parts { get; } = [];

        public List<Matrix> Norms { get; } = [];

        public override void Backward(Tape tape)
        {
            for (int p = 0; p < Parts.Count; p++)
            {
                Variable part = Parts[p];
                if (!part.RequiresGradient) continue;
                int row = p % 2 == 0 ? 0 : Parts[0].Rows;
                Matrix target = part.GradientTarget(out bool accumulate);
                tape.Device.NormalizeRowsGradient(Output.Value, Output.Gradient!, row, p / 2 * part.Columns, Norms[p], target, accumulate);
            }
        }

        public override void Release(Tape tape)
        {
            foreach (Matrix norms in Norms) tape.Arena.Return(norms);
        }
    }
}
