using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Sparse times dense, <c>Y = S X + addend</c> on rows of Y (ranges are rows). Costs 2·entries·columns flops and, since
/// rows of X come from anywhere, about entries·columns·4 bytes of cache traffic: the traffic is what takes the time.
/// </summary>
/// <param name="rowStarts">Row offsets of S.</param>
/// <param name="indices">Columns of S's entries.</param>
/// <param name="values">Values of S's entries.</param>
/// <param name="x">Dense right side.</param>
/// <param name="columns">Columns of X and Y.</param>
/// <param name="addend">Added to the product, same shape as Y; null for none; may be Y itself.</param>
/// <param name="y">Result.</param>
internal readonly unsafe struct Spmm(int* rowStarts, int* indices, float* values, float* x, int columns, float* addend, float* y)
    : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            int column = 0;
            for (; column + (4 * TSimd.Width) <= columns; column += 4 * TSimd.Width) FourVectors<TSimd, TVector>(row, column);
            for (; column + TSimd.Width <= columns; column += TSimd.Width) OneVector<TSimd, TVector>(row, column);
            for (; column < columns; column++) OneVector<SimdScalar, float>(row, column);
        }
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
            float* source = x + ((nint)indices[e] * columns) + column;
            TVector value = TSimd.Broadcast(values[e]);
            s0 = TSimd.MultiplyAdd(value, TSimd.Load(source), s0);
            s1 = TSimd.MultiplyAdd(value, TSimd.Load(source + w), s1);
            s2 = TSimd.MultiplyAdd(value, TSimd.Load(source + (2 * w)), s2);
            s3 = TSimd.MultiplyAdd(value, TSimd.Load(source + (3 * w)), s3);
        }

        nint offset = ((nint)row * columns) + column;
        Put<TSimd, TVector>(offset, s0);
        Put<TSimd, TVector>(offset + w, s1);
        Put<TSimd, TVector>(offset + (2 * w), s2);
        Put<TSimd, TVector>(offset + (3 * w), s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OneVector<TSimd, TVector>(int row, int column)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector sum = TSimd.Zero;
        for (int e = rowStarts[row]; e < rowStarts[row + 1]; e++)
        {
            sum = TSimd.MultiplyAdd(TSimd.Broadcast(values[e]), TSimd.Load(x + ((nint)indices[e] * columns) + column), sum);
        }

        Put<TSimd, TVector>(((nint)row * columns) + column, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put<TSimd, TVector>(nint offset, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged =>
        TSimd.Store(y + offset, addend is null ? sum : TSimd.Add(TSimd.Load(addend + offset), sum));
}
