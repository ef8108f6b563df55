using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Sparse times dense, <c>Y = S X + addend</c> on rows of Y (ranges are rows). Costs 2·entries·columns flops and, since
/// rows of X come from anywhere, about entries·columns·4 bytes of cache traffic: the traffic is what takes the time. So a row
/// of X is read once and whole, up to twelve vectors wide, and asked for ahead of its use.
/// </summary>
/// <param name="rowStarts">Row offsets of S.</param>
/// <param name="indices">Columns of S's entries.</param>
/// <param name="values">Values of S's entries.</param>
/// <param name="entries">Number of S's entries.</param>
/// <param name="x">Dense right side.</param>
/// <param name="columns">Columns of X and Y.</param>
/// <param name="addend">Added to the product, same shape as Y; null for none; may be Y itself.</param>
/// <param name="y">Result.</param>
internal readonly unsafe struct Spmm(int* rowStarts, int* indices, float* values, int entries, float* x, int columns, float* addend, float* y)
    : IKernel
{
    // Entries between a row of X being asked for and being used: enough to hide the way from the outer caches.
    private const int Ahead = 6;

    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            int column = 0;
            for (; column + (12 * TSimd.Width) <= columns; column += 12 * TSimd.Width) TwelveVectors<TSimd, TVector>(row, column);
            for (; column + (4 * TSimd.Width) <= columns; column += 4 * TSimd.Width) FourVectors<TSimd, TVector>(row, column);
            for (; column + TSimd.Width <= columns; column += TSimd.Width) OneVector<TSimd, TVector>(row, column);
            for (; column < columns; column++) OneVector<SimdScalar, float>(row, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TwelveVectors<TSimd, TVector>(int row, int column)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int w = TSimd.Width;
        TVector s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero, s4 = TSimd.Zero, s5 = TSimd.Zero;
        TVector s6 = TSimd.Zero, s7 = TSimd.Zero, s8 = TSimd.Zero, s9 = TSimd.Zero, s10 = TSimd.Zero, s11 = TSimd.Zero;
        for (int e = rowStarts[row]; e < rowStarts[row + 1]; e++)
        {
            float* source = Source(e, column), ahead = Source(Math.Min(e + Ahead, entries - 1), column);
            TVector value = TSimd.Broadcast(values[e]);
            s0 = TSimd.MultiplyAdd(value, TSimd.Load(source), s0);
            Prefetch(ahead);
            s1 = TSimd.MultiplyAdd(value, TSimd.Load(source + w), s1);
            Prefetch(ahead + w);
            s2 = TSimd.MultiplyAdd(value, TSimd.Load(source + (2 * w)), s2);
            Prefetch(ahead + (2 * w));
            s3 = TSimd.MultiplyAdd(value, TSimd.Load(source + (3 * w)), s3);
            Prefetch(ahead + (3 * w));
            s4 = TSimd.MultiplyAdd(value, TSimd.Load(source + (4 * w)), s4);
            Prefetch(ahead + (4 * w));
            s5 = TSimd.MultiplyAdd(value, TSimd.Load(source + (5 * w)), s5);
            Prefetch(ahead + (5 * w));
            s6 = TSimd.MultiplyAdd(value, TSimd.Load(source + (6 * w)), s6);
            Prefetch(ahead + (6 * w));
            s7 = TSimd.MultiplyAdd(value, TSimd.Load(source + (7 * w)), s7);
            Prefetch(ahead + (7 * w));
            s8 = TSimd.MultiplyAdd(value, TSimd.Load(source + (8 * w)), s8);
            Prefetch(ahead + (8 * w));
            s9 = TSimd.MultiplyAdd(value, TSimd.Load(source + (9 * w)), s9);
            Prefetch(ahead + (9 * w));
            s10 = TSimd.MultiplyAdd(value, TSimd.Load(source + (10 * w)), s10);
            Prefetch(ahead + (10 * w));
            s11 = TSimd.MultiplyAdd(value, TSimd.Load(source + (11 * w)), s11);
            Prefetch(ahead + (11 * w));
        }

        nint offset = ((nint)row * columns) + column;
        Put<TSimd, TVector>(offset, s0);
        Put<TSimd, TVector>(offset + w, s1);
        Put<TSimd, TVector>(offset + (2 * w), s2);
        Put<TSimd, TVector>(offset + (3 * w), s3);
        Put<TSimd, TVector>(offset + (4 * w), s4);
        Put<TSimd, TVector>(offset + (5 * w), s5);
        Put<TSimd, TVector>(offset + (6 * w), s6);
        Put<TSimd, TVector>(offset + (7 * w), s7);
        Put<TSimd, TVector>(offset + (8 * w), s8);
        Put<TSimd, TVector>(offset + (9 * w), s9);
        Put<TSimd, TVector>(offset + (10 * w), s10);
        Put<TSimd, TVector>(offset + (11 * w), s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FourVectors<TSimd, TVector>(int row, int column)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int w = TSimd.Width;
        TVector s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        for (int e = rowStarts[row]; e < rowStarts[row + 1]; e++)
        {
            float* source = Source(e, column), ahead = Source(Math.Min(e + Ahead, entries - 1), column);
            TVector value = TSimd.Broadcast(values[e]);
            s0 = TSimd.MultiplyAdd(value, TSimd.Load(source), s0);
            s1 = TSimd.MultiplyAdd(value, TSimd.Load(source + w), s1);
            s2 = TSimd.MultiplyAdd(value, TSimd.Load(source + (2 * w)), s2);
            s3 = TSimd.MultiplyAdd(value, TSimd.Load(source + (3 * w)), s3);
            Prefetch(ahead);
            Prefetch(ahead + w);
            Prefetch(ahead + (2 * w));
            Prefetch(ahead + (3 * w));
        }

        nint offset = ((nint)row * columns) + column;
        Put<TSimd, TVector>(offset, s0);
        Put<TSimd, TVector>(offset + w, s1);
        Put<TSimd, TVector>(offset + (2 * w), s2);
        Put<TSimd, TVector>(offset + (3 * w), s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* line)
    {
        if (Sse.IsSupported) Sse.Prefetch0(line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OneVector<TSimd, TVector>(int row, int column)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector sum = TSimd.Zero;
        for (int e = rowStarts[row]; e < rowStarts[row + 1]; e++)
        {
            sum = TSimd.MultiplyAdd(TSimd.Broadcast(values[e]), TSimd.Load(Source(e, column)), sum);
        }

        Put<TSimd, TVector>(((nint)row * columns) + column, sum);
    }

    private float* Source(int entry, int column) => x + ((nint)indices[entry] * columns) + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put<TSimd, TVector>(nint offset, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged =>
        TSimd.Store(y + offset, addend is null ? sum : TSimd.Add(TSimd.Load(addend + offset), sum));
}
