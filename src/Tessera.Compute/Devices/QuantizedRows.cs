using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

/// <summary>
/// The rows of a matrix as whole numbers from -64 to 64, each row by a scale of its own, with bounds of what that takes from a dot product: a quarter of the
/// bytes, to find the rows whose dot products are worth computing. See <see cref="QuantizedPanel"/>.
/// </summary>
internal sealed class QuantizedRows
{
    private const int Most = 64;
    private const float Smallest = 1e-15f; // of the numbers of a row, or it counts as zeros: squares of smaller ones are lost in a sum
    private const float Roundings = 1 + 1e-5f; // more than the lengths and errors computed may fall short

    /// <param name="rows">The matrix, of which nothing is kept.</param>
    /// <param name="earlier">Those of an earlier matrix, whose rows that are the same are not made again.</param>
    /// <param name="before">The earlier matrix; null where its rows are all the same still, and the memory of <paramref name="earlier"/> is used on.</param>
    public QuantizedRows(Matrix rows, QuantizedRows? earlier = null, Matrix? before = null)
    {
        Columns = rows.Columns;
        Stride = StrideOf(Columns);
        if (earlier is not null) ArgumentOutOfRangeException.ThrowIfNotEqual(earlier.Columns, Columns, nameof(earlier));
        int known = Math.Min(rows.Rows, earlier?.Count ?? 0);
        (Codes, Bounds) = (earlier?.Codes ?? [], earlier?.Bounds ?? []);
        if (before is not null || Bounds.Length < rows.Rows)
        {
            int room = earlier is null ? rows.Rows : rows.Rows + (rows.Rows / 8);
            (Codes, Bounds) = (new sbyte[checked(room * Stride)], new QuantizedRow[room]);
            earlier?.Codes.AsSpan(0, known * Stride).CopyTo(Codes);
            earlier?.Bounds.AsSpan(0, known).CopyTo(Bounds);
        }

        float[] work = new float[Columns];
        for (int row = before is null ? known : 0; row < rows.Rows; row++)
            if (row >= known || !AreSame(rows.Row(row), before!.Row(row))) Bounds[row] = Quantize(rows.Row(row), Most, work, Codes.AsSpan(row * Stride, Columns));
        Count = rows.Rows;
    }

    /// <summary>Whether this machine has the operations on bytes (AVX2).</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Numbers of a row.</summary>
    public int Columns { get; }

    /// <summary>Numbers from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>The whole numbers, <c>[rows x <see cref="Stride"/>]</c> and room for more.</summary>
    public sbyte[] Codes { get; }

    /// <summary>Scale and bounds of each row.</summary>
    public QuantizedRow[] Bounds { get; }

    /// <summary>Columns, filled up to whole steps of <see cref="QuantizedDots"/> and so of <see cref="QuantizedTile"/>.</summary>
    public static int StrideOf(int columns) => (columns + QuantizedDots.Step - 1) / QuantizedDots.Step * QuantizedDots.Step;

    /// <summary>Whether the whole numbers of so many rows fit an array.</summary>
    public static bool Fits(Matrix rows) => rows.Rows * (rows.Columns + (long)QuantizedDots.Step) * 9 / 8 < Array.MaxLength;

    /// <summary>Turns a row into whole numbers from -<paramref name="most"/> to <paramref name="most"/>; one that has no finite length into zeros, with an error of +∞.</summary>
    /// <param name="work">Room for as many numbers as the row has.</param>
    public static QuantizedRow Quantize(ReadOnlySpan<float> row, int most, Span<float> work, Span<sbyte> codes)
    {
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude(row)), length = TensorPrimitives.Norm(row);
        codes.Clear();
        if (!float.IsFinite(length)) return new QuantizedRow(0, float.PositiveInfinity, float.PositiveInfinity, 0);
        if (largest == 0) return default;
        if (largest < Smallest) return new QuantizedRow(0, Smallest * MathF.Sqrt(row.Length), Smallest * MathF.Sqrt(row.Length), 0);
        float scale = largest / most;
        TensorPrimitives.Multiply(row, 1 / scale, work);
        TensorPrimitives.Round<float>(work, work);
        for (int d = 0; d < codes.Length; d++) codes[d] = (sbyte)work[d];
        int sum = (int)TensorPrimitives.Sum<float>(work);
        TensorPrimitives.MultiplyAdd(work, -scale, row, work);
        float error = TensorPrimitives.Norm<float>(work) * Roundings;
        return new QuantizedRow(scale, error, (length + error) * Roundings, sum * Most);
    }

    private static bool AreSame(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => MemoryMarshal.AsBytes(one).SequenceEqual(MemoryMarshal.AsBytes(other));
}
