using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Dot products of rows of whole numbers with one vector, 32 columns at a time, for where there are too few vectors to fill the lanes of
/// <see cref="QuantizedTile"/>. The same numbers, of which these wait for memory.
/// </summary>
internal static unsafe class QuantizedDots
{
    /// <summary>Rows at a time: their sums become one vector.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a step, by which rows are filled up.</summary>
    public const int Step = 32;

    /// <summary>Multiplies 8 rows with a vector (AVX2).</summary>
    /// <param name="steps">Columns of a row by <see cref="Step"/>.</param>
    /// <param name="rows">First number of the first row, from -64 to 64 as all.</param>
    /// <param name="stride">Numbers between two rows; 0 takes one row eight times.</param>
    /// <param name="vector">Numbers from 0 to 127, <c>[32 steps]</c>.</param>
    /// <param name="dots">Receives one a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int steps, sbyte* rows, nint stride, byte* vector, int* dots)
    {
        Vector256<int> s0 = Row(steps, rows, vector), s1 = Row(steps, rows + stride, vector);
        Vector256<int> s2 = Row(steps, rows + (2 * stride), vector), s3 = Row(steps, rows + (3 * stride), vector);
        Vector256<int> upper = Avx2.HorizontalAdd(Avx2.HorizontalAdd(s0, s1), Avx2.HorizontalAdd(s2, s3)); // each half: a part of the four sums
        rows += 4 * stride;
        s0 = Row(steps, rows, vector);
        s1 = Row(steps, rows + stride, vector);
        s2 = Row(steps, rows + (2 * stride), vector);
        s3 = Row(steps, rows + (3 * stride), vector);
        Vector256<int> lower = Avx2.HorizontalAdd(Avx2.HorizontalAdd(s0, s1), Avx2.HorizontalAdd(s2, s3));
        Vector128.Store(upper.GetLower() + upper.GetUpper(), dots);
        Vector128.Store(lower.GetLower() + lower.GetUpper(), dots + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Row(int steps, sbyte* row, byte* vector)
    {
        Vector256<int> sum = Vector256<int>.Zero;
        for (sbyte* end = row + (steps * Step); row < end; row += Step, vector += Step)
            sum += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(vector), Vector256.Load(row)), Vector256<short>.One);
        return sum;
    }
}
