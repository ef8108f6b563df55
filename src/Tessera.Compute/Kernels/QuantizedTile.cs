using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Dot products of rows of whole numbers with a vector of lanes, four numbers of each row and lane at a time. Numbers of a row are from -64 to 64, those of
/// a lane from 0 to 127, so that two sums of two products fit 16 bits: 8 columns take 2 multiplications of bytes, an addition, and one step to 32 bits.
/// </summary>
internal static unsafe class QuantizedTile
{
    /// <summary>Rows of a tile: 8 accumulators, 2 vectors of the panel and what is in the making fit 16 registers.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a step; rows have zeros to its end.</summary>
    public const int Step = 8;

    /// <summary>Multiplies 8 rows with a panel.</summary>
    /// <param name="steps">Columns of a row by <see cref="Step"/>.</param>
    /// <param name="rows">First number of the first row.</param>
    /// <param name="stride">Numbers between two rows; 0 takes one row eight times.</param>
    /// <param name="panel">Four numbers of each lane after the other, <c>[2 steps x lanes x 4]</c>.</param>
    /// <param name="tile">Result, <c>[8 x lanes]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TSimd, TVector>(int steps, sbyte* rows, nint stride, byte* panel, int* tile)
        where TSimd : struct, IByteSimd<TVector>
        where TVector : unmanaged
    {
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        int width = TSimd.Lanes;
        nint thrice = 3 * stride;
        sbyte* middle = rows + thrice, last = middle + thrice;
        for (sbyte* end = rows + ((nint)steps * Step); rows < end; rows += Step, middle += Step, last += Step, panel += 8 * width)
        {
            TVector left = TSimd.Load(panel), right = TSimd.Load(panel + (4 * width));
            s0 = Add<TSimd, TVector>(s0, rows, left, right);
            s1 = Add<TSimd, TVector>(s1, rows + stride, left, right);
            s2 = Add<TSimd, TVector>(s2, rows + (2 * stride), left, right);
            s3 = Add<TSimd, TVector>(s3, middle, left, right);
            s4 = Add<TSimd, TVector>(s4, middle + stride, left, right);
            s5 = Add<TSimd, TVector>(s5, middle + (2 * stride), left, right);
            s6 = Add<TSimd, TVector>(s6, last, left, right);
            s7 = Add<TSimd, TVector>(s7, last + stride, left, right);
        }

        TSimd.Store(tile, s0);
        TSimd.Store(tile + width, s1);
        TSimd.Store(tile + (2 * width), s2);
        TSimd.Store(tile + (3 * width), s3);
        TSimd.Store(tile + (4 * width), s4);
        TSimd.Store(tile + (5 * width), s5);
        TSimd.Store(tile + (6 * width), s6);
        TSimd.Store(tile + (7 * width), s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add<TSimd, TVector>(TVector sums, sbyte* row, TVector left, TVector right)
        where TSimd : struct, IByteSimd<TVector>
        where TVector : unmanaged =>
        TSimd.AddPairs(sums, TSimd.AddShorts(
            TSimd.MultiplyPairs(left, TSimd.Broadcast(row)), TSimd.MultiplyPairs(right, TSimd.Broadcast(row + 4))));
}
