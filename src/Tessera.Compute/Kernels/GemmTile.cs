using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>
/// The innermost loop of the matrix product: one tile of C in registers, one rank-1 update per step of the inner
/// dimension. Operands are packed: per step, <c>rows</c> elements of A, then the next; two vectors of B, then the next.
/// </summary>
internal static unsafe class GemmTile
{
    /// <summary>Columns of a tile, in vectors.</summary>
    public const int Vectors = 2;

    /// <summary>Rows of a tile where there are 32 vector registers: 24 accumulators, 2 of B, 1 of A.</summary>
    public const int TallRows = 12;

    /// <summary>Rows of a tile where there are 16 vector registers: 12 accumulators, 2 of B, 1 of A.</summary>
    public const int ShortRows = 6;

    /// <summary>Computes a tile of 12 rows: <c>tile = Σ_k a[k] ⊗ b[k]</c>.</summary>
    /// <param name="depth">Steps of the inner dimension, 0 or more.</param>
    /// <param name="a">Packed A, <c>[depth x 12]</c>.</param>
    /// <param name="b">Packed B, <c>[depth x 2 vectors]</c>.</param>
    /// <param name="tile">Result, <c>[12 x 2 vectors]</c> at distance <paramref name="stride"/>.</param>
    /// <param name="stride">Floats between two rows of the result.</param>
    /// <param name="add">Whether to add to the tile instead of overwriting it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tall<TSimd, TVector>(int depth, float* a, float* b, float* tile, nint stride, bool add)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector l0 = TSimd.Zero, l1 = TSimd.Zero, l2 = TSimd.Zero, l3 = TSimd.Zero, l4 = TSimd.Zero, l5 = TSimd.Zero;
        TVector l6 = TSimd.Zero, l7 = TSimd.Zero, l8 = TSimd.Zero, l9 = TSimd.Zero, l10 = TSimd.Zero, l11 = TSimd.Zero;
        TVector r0 = TSimd.Zero, r1 = TSimd.Zero, r2 = TSimd.Zero, r3 = TSimd.Zero, r4 = TSimd.Zero, r5 = TSimd.Zero;
        TVector r6 = TSimd.Zero, r7 = TSimd.Zero, r8 = TSimd.Zero, r9 = TSimd.Zero, r10 = TSimd.Zero, r11 = TSimd.Zero;
        for (float* end = a + ((nint)depth * TallRows); a < end; a += TallRows, b += Vectors * TSimd.Width)
        {
            TVector left = TSimd.Load(b), right = TSimd.Load(b + TSimd.Width);
            TVector x = TSimd.Broadcast(a[0]);
            l0 = TSimd.MultiplyAdd(x, left, l0);
            r0 = TSimd.MultiplyAdd(x, right, r0);
            x = TSimd.Broadcast(a[1]);
            l1 = TSimd.MultiplyAdd(x, left, l1);
            r1 = TSimd.MultiplyAdd(x, right, r1);
            x = TSimd.Broadcast(a[2]);
            l2 = TSimd.MultiplyAdd(x, left, l2);
            r2 = TSimd.MultiplyAdd(x, right, r2);
            x = TSimd.Broadcast(a[3]);
            l3 = TSimd.MultiplyAdd(x, left, l3);
            r3 = TSimd.MultiplyAdd(x, right, r3);
            x = TSimd.Broadcast(a[4]);
            l4 = TSimd.MultiplyAdd(x, left, l4);
            r4 = TSimd.MultiplyAdd(x, right, r4);
            x = TSimd.Broadcast(a[5]);
            l5 = TSimd.MultiplyAdd(x, left, l5);
            r5 = TSimd.MultiplyAdd(x, right, r5);
            x = TSimd.Broadcast(a[6]);
            l6 = TSimd.MultiplyAdd(x, left, l6);
            r6 = TSimd.MultiplyAdd(x, right, r6);
            x = TSimd.Broadcast(a[7]);
            l7 = TSimd.MultiplyAdd(x, left, l7);
            r7 = TSimd.MultiplyAdd(x, right, r7);
            x = TSimd.Broadcast(a[8]);
            l8 = TSimd.MultiplyAdd(x, left, l8);
            r8 = TSimd.MultiplyAdd(x, right, r8);
            x = TSimd.Broadcast(a[9]);
            l9 = TSimd.MultiplyAdd(x, left, l9);
            r9 = TSimd.MultiplyAdd(x, right, r9);
            x = TSimd.Broadcast(a[10]);
            l10 = TSimd.MultiplyAdd(x, left, l10);
            r10 = TSimd.MultiplyAdd(x, right, r10);
            x = TSimd.Broadcast(a[11]);
            l11 = TSimd.MultiplyAdd(x, left, l11);
            r11 = TSimd.MultiplyAdd(x, right, r11);
        }

        Put<TSimd, TVector>(tile, add, l0, r0);
        Put<TSimd, TVector>(tile + stride, add, l1, r1);
        Put<TSimd, TVector>(tile + (2 * stride), add, l2, r2);
        Put<TSimd, TVector>(tile + (3 * stride), add, l3, r3);
        Put<TSimd, TVector>(tile + (4 * stride), add, l4, r4);
        Put<TSimd, TVector>(tile + (5 * stride), add, l5, r5);
        Put<TSimd, TVector>(tile + (6 * stride), add, l6, r6);
        Put<TSimd, TVector>(tile + (7 * stride), add, l7, r7);
        Put<TSimd, TVector>(tile + (8 * stride), add, l8, r8);
        Put<TSimd, TVector>(tile + (9 * stride), add, l9, r9);
        Put<TSimd, TVector>(tile + (10 * stride), add, l10, r10);
        Put<TSimd, TVector>(tile + (11 * stride), add, l11, r11);
    }

    /// <summary>As <see cref="Tall"/>, for a tile of 6 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Short<TSimd, TVector>(int depth, float* a, float* b, float* tile, nint stride, bool add)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector l0 = TSimd.Zero, l1 = TSimd.Zero, l2 = TSimd.Zero, l3 = TSimd.Zero, l4 = TSimd.Zero, l5 = TSimd.Zero;
        TVector r0 = TSimd.Zero, r1 = TSimd.Zero, r2 = TSimd.Zero, r3 = TSimd.Zero, r4 = TSimd.Zero, r5 = TSimd.Zero;
        for (float* end = a + ((nint)depth * ShortRows); a < end; a += ShortRows, b += Vectors * TSimd.Width)
        {
            TVector left = TSimd.Load(b), right = TSimd.Load(b + TSimd.Width);
            TVector x = TSimd.Broadcast(a[0]);
            l0 = TSimd.MultiplyAdd(x, left, l0);
            r0 = TSimd.MultiplyAdd(x, right, r0);
            x = TSimd.Broadcast(a[1]);
            l1 = TSimd.MultiplyAdd(x, left, l1);
            r1 = TSimd.MultiplyAdd(x, right, r1);
            x = TSimd.Broadcast(a[2]);
            l2 = TSimd.MultiplyAdd(x, left, l2);
            r2 = TSimd.MultiplyAdd(x, right, r2);
            x = TSimd.Broadcast(a[3]);
            l3 = TSimd.MultiplyAdd(x, left, l3);
            r3 = TSimd.MultiplyAdd(x, right, r3);
            x = TSimd.Broadcast(a[4]);
            l4 = TSimd.MultiplyAdd(x, left, l4);
            r4 = TSimd.MultiplyAdd(x, right, r4);
            x = TSimd.Broadcast(a[5]);
            l5 = TSimd.MultiplyAdd(x, left, l5);
            r5 = TSimd.MultiplyAdd(x, right, r5);
        }

        Put<TSimd, TVector>(tile, add, l0, r0);
        Put<TSimd, TVector>(tile + stride, add, l1, r1);
        Put<TSimd, TVector>(tile + (2 * stride), add, l2, r2);
        Put<TSimd, TVector>(tile + (3 * stride), add, l3, r3);
        Put<TSimd, TVector>(tile + (4 * stride), add, l4, r4);
        Put<TSimd, TVector>(tile + (5 * stride), add, l5, r5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TSimd, TVector>(float* row, bool add, TVector left, TVector right)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        if (add)
        {
            left = TSimd.Add(TSimd.Load(row), left);
            right = TSimd.Add(TSimd.Load(row + TSimd.Width), right);
        }

        TSimd.Store(row, left);
        TSimd.Store(row + TSimd.Width, right);
    }
}
