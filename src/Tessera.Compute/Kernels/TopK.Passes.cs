using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Compute.Kernels;

/// <content>The two passes over the scores.</content>
internal static unsafe partial class TopK
{
    /// <summary>Vectors whose maxima are taken side by side: each of their lanes is a group.</summary>
    private const int Vectors = 4;

    private static float Bound(ReadOnlySpan<float> scores, int k, Span<ulong> scratch, SimdWidth width) => width switch
    {
        SimdWidth.Bits512 => Bound<Simd512, Vector512<float>>(scores, k, scratch),
        SimdWidth.Bits256 => Bound<Simd256, Vector256<float>>(scores, k, scratch),
        SimdWidth.Bits128 => Bound<Simd128, Vector128<float>>(scores, k, scratch),
        _ => Bound<SimdScalar, float>(scores, k, scratch),
    };

    private static int Collect(ReadOnlySpan<float> scores, float limit, int k, Span<ulong> keys, SimdWidth width) => width switch
    {
        SimdWidth.Bits512 => Collect<Simd512, Vector512<float>>(scores, limit, k, keys),
        SimdWidth.Bits256 => Collect<Simd256, Vector256<float>>(scores, limit, k, keys),
        SimdWidth.Bits128 => Collect<Simd128, Vector128<float>>(scores, limit, k, keys),
        _ => Collect<SimdScalar, float>(scores, limit, k, keys),
    };

    /// <summary>A score that at least k scores reach: −∞ where the row is too short to be worth the search.</summary>
    private static float Bound<TSimd, TVector>(ReadOnlySpan<float> scores, int k, Span<ulong> scratch)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        int step = Vectors * TSimd.Width;
        int segments = ((2 * k) + step - 1) / step;
        int steps = scores.Length / (segments * step);
        if (steps < 2)
            return float.NegativeInfinity;
        Span<float> maxima = MemoryMarshal.Cast<ulong, float>(scratch)[..(segments * step)];
        fixed (float* row = scores, target = maxima)
        {
            for (int segment = 0; segment < segments; segment++)
                Maxima<TSimd, TVector>(row + ((nint)segment * steps * step), steps, target + (segment * step));
        }

        return KthHighest(maxima, k);
    }

    /// <summary>Maxima of the lanes of consecutive vectors. The order of the operands lets NaN lose where the hardware can.</summary>
    private static void Maxima<TSimd, TVector>(float* scores, int steps, float* target)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        TVector first = TSimd.Broadcast(float.NegativeInfinity);
        TVector second = first, third = first, fourth = first;
        for (int i = 0; i < steps; i++, scores += Vectors * TSimd.Width)
        {
            first = TSimd.Max(TSimd.Load(scores), first);
            second = TSimd.Max(TSimd.Load(scores + TSimd.Width), second);
            third = TSimd.Max(TSimd.Load(scores + (2 * TSimd.Width)), third);
            fourth = TSimd.Max(TSimd.Load(scores + (3 * TSimd.Width)), fourth);
        }

        TSimd.Store(target, first);
        TSimd.Store(target + TSimd.Width, second);
        TSimd.Store(target + (2 * TSimd.Width), third);
        TSimd.Store(target + (3 * TSimd.Width), fourth);
    }

    /// <summary>Takes the keys of the scores above a limit; when they no longer fit, the k best stay and the limit rises.</summary>
    private static int Collect<TSimd, TVector>(ReadOnlySpan<float> scores, float limit, int k, Span<ulong> keys)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        fixed (float* row = scores)
        {
            TVector limits = TSimd.Broadcast(limit);
            int i = 0, count = 0;
            for (; i + TSimd.Width <= scores.Length; i += TSimd.Width)
            {
                if (!TSimd.AnyGreater(TSimd.Load(row + i), limits))
                    continue;
                MakeRoom(keys, TSimd.Width, k, ref count, ref limit);
                limits = TSimd.Broadcast(limit);
                count = Append(row, i, i + TSimd.Width, limit, count, keys);
            }

            MakeRoom(keys, TSimd.Width, k, ref count, ref limit);
            return Append(row, i, scores.Length, limit, count, keys);
        }
    }

    /// <summary>Appends the keys of the scores above a limit: every key is written, and overwritten by the next if it is not to stay.</summary>
    private static int Append(float* row, int from, int to, float limit, int count, Span<ulong> keys)
    {
        for (int i = from; i < to; i++)
        {
            keys[count] = Key(row[i], i);
            count += Unsafe.BitCast<bool, byte>(row[i] > limit);
        }

        return count;
    }

    /// <summary>If a vector's keys may not fit, keeps the k best; later scores have higher indices, so they must then exceed the k-th.</summary>
    private static void MakeRoom(Span<ulong> keys, int room, int k, ref int count, ref float limit)
    {
        if (count + room <= keys.Length)
            return;
        keys[..count].Sort();
        count = k;
        limit = Score(keys[k - 1]);
    }
}
