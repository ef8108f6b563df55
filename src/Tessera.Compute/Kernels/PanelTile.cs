using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Dot products of rows, as they lie, with a panel of one or two vectors of columns: per step of the inner dimension one element of each row is
/// broadcast. Every element is the sum of its terms in their order, whatever row, lane or number of lanes it is computed with.
/// </summary>
internal static unsafe class PanelTile
{
    /// <summary>Rows of a tile: 12 accumulators, 2 vectors of the panel and 1 broadcast fit 16 registers.</summary>
    public const int Rows = 6;

    /// <summary>Most terms that are added up at a time; more than these become several sums, which are added in their order.</summary>
    public const int Depth = 192;

    /// <summary>A tile of 6 rows and 2 vectors.</summary>
    /// <param name="depth">Steps of the inner dimension.</param>
    /// <param name="rows">First element of the first row.</param>
    /// <param name="stride">Floats between two rows; 0 takes one row six times.</param>
    /// <param name="panel"><c>[depth x 2 vectors]</c>.</param>
    /// <param name="tile">Result, <c>[6 x 2 vectors]</c>.</param>
    /// <param name="add">Whether to add to the tile instead of overwriting it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two<TSimd, TVector>(int depth, float* rows, nint stride, float* panel, float* tile, bool add)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector l0 = TSimd.Zero, l1 = TSimd.Zero, l2 = TSimd.Zero, l3 = TSimd.Zero, l4 = TSimd.Zero, l5 = TSimd.Zero;
        TVector r0 = TSimd.Zero, r1 = TSimd.Zero, r2 = TSimd.Zero, r3 = TSimd.Zero, r4 = TSimd.Zero, r5 = TSimd.Zero;
        nint twice = 2 * stride;
        float* lower = rows + twice + stride;
        for (float* end = rows + depth; rows < end; rows++, lower++, panel += 2 * TSimd.Width)
        {
            TVector left = TSimd.Load(panel), right = TSimd.Load(panel + TSimd.Width);
            TVector x = TSimd.Broadcast(*rows);
            l0 = TSimd.MultiplyAdd(x, left, l0);
            r0 = TSimd.MultiplyAdd(x, right, r0);
            x = TSimd.Broadcast(rows[stride]);
            l1 = TSimd.MultiplyAdd(x, left, l1);
            r1 = TSimd.MultiplyAdd(x, right, r1);
            x = TSimd.Broadcast(rows[twice]);
            l2 = TSimd.MultiplyAdd(x, left, l2);
            r2 = TSimd.MultiplyAdd(x, right, r2);
            x = TSimd.Broadcast(*lower);
            l3 = TSimd.MultiplyAdd(x, left, l3);
            r3 = TSimd.MultiplyAdd(x, right, r3);
            x = TSimd.Broadcast(lower[stride]);
            l4 = TSimd.MultiplyAdd(x, left, l4);
            r4 = TSimd.MultiplyAdd(x, right, r4);
            x = TSimd.Broadcast(lower[twice]);
            l5 = TSimd.MultiplyAdd(x, left, l5);
            r5 = TSimd.MultiplyAdd(x, right, r5);
        }

        int width = TSimd.Width;
        Put<TSimd, TVector>(tile, add, l0);
        Put<TSimd, TVector>(tile + width, add, r0);
        Put<TSimd, TVector>(tile + (2 * width), add, l1);
        Put<TSimd, TVector>(tile + (3 * width), add, r1);
        Put<TSimd, TVector>(tile + (4 * width), add, l2);
        Put<TSimd, TVector>(tile + (5 * width), add, r2);
        Put<TSimd, TVector>(tile + (6 * width), add, l3);
        Put<TSimd, TVector>(tile + (7 * width), add, r3);
        Put<TSimd, TVector>(tile + (8 * width), add, l4);
        Put<TSimd, TVector>(tile + (9 * width), add, r4);
        Put<TSimd, TVector>(tile + (10 * width), add, l5);
        Put<TSimd, TVector>(tile + (11 * width), add, r5);
    }

    /// <summary>As <see cref="Two"/>, for a panel of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One<TSimd, TVector>(int depth, float* rows, nint stride, float* panel, float* tile, bool add)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero, s4 = TSimd.Zero, s5 = TSimd.Zero;
        nint twice = 2 * stride;
        float* lower = rows + twice + stride;
        for (float* end = rows + depth; rows < end; rows++, lower++, panel += TSimd.Width)
        {
            TVector columns = TSimd.Load(panel);
            s0 = TSimd.MultiplyAdd(TSimd.Broadcast(*rows), columns, s0);
            s1 = TSimd.MultiplyAdd(TSimd.Broadcast(rows[stride]), columns, s1);
            s2 = TSimd.MultiplyAdd(TSimd.Broadcast(rows[twice]), columns, s2);
            s3 = TSimd.MultiplyAdd(TSimd.Broadcast(*lower), columns, s3);
            s4 = TSimd.MultiplyAdd(TSimd.Broadcast(lower[stride]), columns, s4);
            s5 = TSimd.MultiplyAdd(TSimd.Broadcast(lower[twice]), columns, s5);
        }

        int width = TSimd.Width;
        Put<TSimd, TVector>(tile, add, s0);
        Put<TSimd, TVector>(tile + width, add, s1);
        Put<TSimd, TVector>(tile + (2 * width), add, s2);
        Put<TSimd, TVector>(tile + (3 * width), add, s3);
        Put<TSimd, TVector>(tile + (4 * width), add, s4);
        Put<TSimd, TVector>(tile + (5 * width), add, s5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TSimd, TVector>(float* target, bool add, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged => TSimd.Store(target, add ? TSimd.Add(TSimd.Load(target), sum) : sum);
}
