using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>Sums over vectors, always in the same order.</summary>
internal static unsafe class Reduce
{
    /// <summary><c>Σ x_i y_i</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot<TSimd, TVector>(float* x, float* y, int count)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int w = TSimd.Width, i = 0;
        TVector s0 = TSimd.Zero, s1 = TSimd.Zero;
        for (; i + (2 * w) <= count; i += 2 * w)
        {
            s0 = TSimd.MultiplyAdd(TSimd.Load(x + i), TSimd.Load(y + i), s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(x + i + w), TSimd.Load(y + i + w), s1);
        }

        for (; i + w <= count; i += w) s0 = TSimd.MultiplyAdd(TSimd.Load(x + i), TSimd.Load(y + i), s0);
        float sum = TSimd.Sum(TSimd.Add(s0, s1));
        for (; i < count; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary><c>Σ x_i</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<TSimd, TVector>(float* x, int count)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int i = 0;
        TVector sums = TSimd.Zero;
        for (; i + TSimd.Width <= count; i += TSimd.Width) sums = TSimd.Add(sums, TSimd.Load(x + i));
        float sum = TSimd.Sum(sums);
        for (; i < count; i++) sum += x[i];
        return sum;
    }
}

/// <summary>Sum of blocks of <see cref="SumOfSquares.BlockLength"/> elements (ranges are blocks): one partial sum a block.</summary>
internal readonly unsafe struct Sums(float* x, int count, float* partials) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int block = from; block < to; block++)
        {
            int first = block * SumOfSquares.BlockLength;
            partials[block] = Reduce.Sum<TSimd, TVector>(x + first, Math.Min(SumOfSquares.BlockLength, count - first));
        }
    }
}

/// <summary>Sum of squares of blocks of <see cref="BlockLength"/> elements (ranges are blocks): one partial sum a block.</summary>
internal readonly unsafe struct SumOfSquares(float* x, int count, float* partials) : IKernel
{
    public const int BlockLength = 4096;

    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int block = from; block < to; block++)
        {
            int first = block * BlockLength;
            partials[block] = Reduce.Dot<TSimd, TVector>(x + first, x + first, Math.Min(BlockLength, count - first));
        }
    }
}

/// <summary>Sums over the rows of a matrix, <c>y_c (+)= Σ_r x_rc</c>; ranges are blocks of <see cref="BlockColumns"/> columns.</summary>
internal readonly unsafe struct ColumnSums(float* x, int rows, int columns, float* y, bool accumulate) : IKernel
{
    public const int BlockColumns = 64;

    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        float* sums = stackalloc float[BlockColumns];
        for (int block = from; block < to; block++)
        {
            int first = block * BlockColumns, count = Math.Min(BlockColumns, columns - first);
            new Span<float>(sums, count).Clear();
            for (int row = 0; row < rows; row++)
            {
                float* source = x + ((nint)row * columns) + first;
                int c = 0;
                for (; c + TSimd.Width <= count; c += TSimd.Width)
                    TSimd.Store(sums + c, TSimd.Add(TSimd.Load(sums + c), TSimd.Load(source + c)));
                for (; c < count; c++) sums[c] += source[c];
            }

            for (int c = 0; c < count; c++) y[first + c] = accumulate ? y[first + c] + sums[c] : sums[c];
        }
    }
}
