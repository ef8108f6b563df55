using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Dot products of vectors with rows that lie anywhere, each the sum of its terms in their order as <see cref="PanelTile"/> takes it: the same bits. A sum
/// waits for its last term, so six are in the making at a time, and rows are asked for before their turn.
/// </summary>
internal static unsafe class OrderedDots
{
    private const int AtOnce = 6; // twelve addresses fit the registers

    /// <summary>Computes them.</summary>
    /// <param name="vectors"><c>[lanes x d]</c>.</param>
    /// <param name="rows"><c>[n x d]</c>.</param>
    /// <param name="pairs">Which vector with which row.</param>
    /// <param name="dots">Receives one a pair.</param>
    public static void Compute(Matrix vectors, Matrix rows, ReadOnlySpan<LaneRow> pairs, Span<float> dots)
    {
        float** left = stackalloc float*[AtOnce], right = stackalloc float*[AtOnce];
        float* sums = stackalloc float[AtOnce];
        for (int first = 0; first < pairs.Length; first += AtOnce)
        {
            if (first == 0) Prefetch(rows, pairs[..Math.Min(AtOnce, pairs.Length)]);
            Prefetch(rows, pairs.Slice(Math.Min(first + AtOnce, pairs.Length), Math.Clamp(pairs.Length - first - AtOnce, 0, AtOnce)));
            int count = Math.Min(AtOnce, pairs.Length - first);
            for (int n = 0; n < AtOnce; n++)
            {
                LaneRow pair = pairs[first + Math.Min(n, count - 1)];
                left[n] = vectors.Data + ((nint)pair.Lane * vectors.Columns);
                right[n] = rows.Data + ((nint)pair.Row * rows.Columns);
            }

            for (int step = 0; step < vectors.Columns; step += PanelTile.Depth)
                Add(left, right, step, Math.Min(PanelTile.Depth, vectors.Columns - step), sums);
            new ReadOnlySpan<float>(sums, count).CopyTo(dots[first..]);
        }
    }

    private static void Prefetch(Matrix rows, ReadOnlySpan<LaneRow> pairs)
    {
        if (!Sse.IsSupported) return;
        foreach (LaneRow pair in pairs)
            for (int d = 0; d < rows.Columns; d += 16) Sse.Prefetch0(rows.Data + ((nint)pair.Row * rows.Columns) + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float** left, float** right, int step, int depth, float* sums)
    {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0;
        float* l0 = left[0], l1 = left[1], l2 = left[2], l3 = left[3], l4 = left[4], l5 = left[5];
        float* r0 = right[0], r1 = right[1], r2 = right[2], r3 = right[3], r4 = right[4], r5 = right[5];
        for (nint d = step, end = step + depth; d < end; d++)
        {
            s0 = SimdScalar.MultiplyAdd(r0[d], l0[d], s0);
            s1 = SimdScalar.MultiplyAdd(r1[d], l1[d], s1);
            s2 = SimdScalar.MultiplyAdd(r2[d], l2[d], s2);
            s3 = SimdScalar.MultiplyAdd(r3[d], l3[d], s3);
            s4 = SimdScalar.MultiplyAdd(r4[d], l4[d], s4);
            s5 = SimdScalar.MultiplyAdd(r5[d], l5[d], s5);
        }

        Put(sums, step, s0);
        Put(sums + 1, step, s1);
        Put(sums + 2, step, s2);
        Put(sums + 3, step, s3);
        Put(sums + 4, step, s4);
        Put(sums + 5, step, s5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* target, int step, float sum) => *target = step > 0 ? *target + sum : sum;
}
