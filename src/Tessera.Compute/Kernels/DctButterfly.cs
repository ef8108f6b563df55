using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Fourier transforms of a few rows: for each place j below the stride, the rows <c>j, j + stride, …</c>, each turned by its
/// twiddle factor, are replaced by their transform. Rows are tile rows; every column of a half does the same.
/// </summary>
internal static unsafe partial class DctButterfly<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : unmanaged
{
    public static void Radix2(float* rows, int stride, float* twiddles)
    {
        nint leg = (nint)stride * DctTile.Width;
        for (int j = 0; j < stride; j++, rows += DctTile.Width, twiddles += 2)
        {
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                float* at = rows + lane;
                Load(at, out TVector r0, out TVector i0);
                Load(at + leg, twiddles, out TVector r1, out TVector i1);
                Store(at, TSimd.Add(r0, r1), TSimd.Add(i0, i1));
                Store(at + leg, TSimd.Subtract(r0, r1), TSimd.Subtract(i0, i1));
            }
        }
    }

    public static void Radix3(float* rows, int stride, float* twiddles)
    {
        TVector minusHalf = TSimd.Broadcast(-0.5f);
        TVector sine = TSimd.Broadcast(0.866025403784438647f);
        nint leg = (nint)stride * DctTile.Width;
        for (int j = 0; j < stride; j++, rows += DctTile.Width, twiddles += 4)
        {
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                float* at = rows + lane;
                Load(at, out TVector r0, out TVector i0);
                Load(at + leg, twiddles, out TVector r1, out TVector i1);
                Load(at + (2 * leg), twiddles + 2, out TVector r2, out TVector i2);
                TVector sumR = TSimd.Add(r1, r2), sumI = TSimd.Add(i1, i2);
                Store(at, TSimd.Add(r0, sumR), TSimd.Add(i0, sumI));
                StorePair(
                    at + leg,
                    at + (2 * leg),
                    TSimd.MultiplyAdd(minusHalf, sumR, r0),
                    TSimd.MultiplyAdd(minusHalf, sumI, i0),
                    TSimd.Multiply(sine, TSimd.Subtract(r1, r2)),
                    TSimd.Multiply(sine, TSimd.Subtract(i1, i2)));
            }
        }
    }

    public static void Radix4(float* rows, int stride, float* twiddles)
    {
        nint leg = (nint)stride * DctTile.Width;
        for (int j = 0; j < stride; j++, rows += DctTile.Width, twiddles += 6)
        {
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                float* at = rows + lane;
                Load(at, out TVector r0, out TVector i0);
                Load(at + leg, twiddles, out TVector r1, out TVector i1);
                Load(at + (2 * leg), twiddles + 2, out TVector r2, out TVector i2);
                Load(at + (3 * leg), twiddles + 4, out TVector r3, out TVector i3);
                TVector evenR = TSimd.Add(r0, r2), evenI = TSimd.Add(i0, i2);
                TVector oddR = TSimd.Add(r1, r3), oddI = TSimd.Add(i1, i3);
                Store(at, TSimd.Add(evenR, oddR), TSimd.Add(evenI, oddI));
                Store(at + (2 * leg), TSimd.Subtract(evenR, oddR), TSimd.Subtract(evenI, oddI));
                StorePair(
                    at + leg,
                    at + (3 * leg),
                    TSimd.Subtract(r0, r2),
                    TSimd.Subtract(i0, i2),
                    TSimd.Subtract(r1, r3),
                    TSimd.Subtract(i1, i3));
            }
        }
    }

    public static void Radix5(float* rows, int stride, float* twiddles)
    {
        TVector cosine1 = TSimd.Broadcast(0.309016994374947424f), cosine2 = TSimd.Broadcast(-0.809016994374947424f);
        TVector sine1 = TSimd.Broadcast(0.951056516295153572f), sine2 = TSimd.Broadcast(0.587785252292473129f);
        nint leg = (nint)stride * DctTile.Width;
        for (int j = 0; j < stride; j++, rows += DctTile.Width, twiddles += 8)
        {
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                float* at = rows + lane;
                Load(at, out TVector r0, out TVector i0);
                Load(at + leg, twiddles, out TVector r1, out TVector i1);
                Load(at + (2 * leg), twiddles + 2, out TVector r2, out TVector i2);
                Load(at + (3 * leg), twiddles + 4, out TVector r3, out TVector i3);
                Load(at + (4 * leg), twiddles + 6, out TVector r4, out TVector i4);
                TVector outerR = TSimd.Add(r1, r4), outerI = TSimd.Add(i1, i4);
                TVector innerR = TSimd.Add(r2, r3), innerI = TSimd.Add(i2, i3);
                TVector outerDR = TSimd.Subtract(r1, r4), outerDI = TSimd.Subtract(i1, i4);
                TVector innerDR = TSimd.Subtract(r2, r3), innerDI = TSimd.Subtract(i2, i3);
                Store(at, TSimd.Add(r0, TSimd.Add(outerR, innerR)), TSimd.Add(i0, TSimd.Add(outerI, innerI)));
                StorePair(
                    at + leg,
                    at + (4 * leg),
                    TSimd.MultiplyAdd(cosine1, outerR, TSimd.MultiplyAdd(cosine2, innerR, r0)),
                    TSimd.MultiplyAdd(cosine1, outerI, TSimd.MultiplyAdd(cosine2, innerI, i0)),
                    TSimd.MultiplyAdd(sine1, outerDR, TSimd.Multiply(sine2, innerDR)),
                    TSimd.MultiplyAdd(sine1, outerDI, TSimd.Multiply(sine2, innerDI)));
                StorePair(
                    at + (2 * leg),
                    at + (3 * leg),
                    TSimd.MultiplyAdd(cosine2, outerR, TSimd.MultiplyAdd(cosine1, innerR, r0)),
                    TSimd.MultiplyAdd(cosine2, outerI, TSimd.MultiplyAdd(cosine1, innerI, i0)),
                    TSimd.Subtract(TSimd.Multiply(sine2, outerDR), TSimd.Multiply(sine1, innerDR)),
                    TSimd.Subtract(TSimd.Multiply(sine2, outerDI), TSimd.Multiply(sine1, innerDI)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* at, out TVector real, out TVector imaginary)
    {
        real = TSimd.Load(at);
        imaginary = TSimd.Load(at + DctTile.Half);
    }

    /// <summary>Loads complex numbers and multiplies them by a factor, <c>factor[0] + i factor[1]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(float* at, float* factor, out TVector real, out TVector imaginary)
    {
        TVector cosine = TSimd.Broadcast(factor[0]), sine = TSimd.Broadcast(factor[1]);
        TVector x = TSimd.Load(at), y = TSimd.Load(at + DctTile.Half);
        real = TSimd.Subtract(TSimd.Multiply(cosine, x), TSimd.Multiply(sine, y));
        imaginary = TSimd.MultiplyAdd(cosine, y, TSimd.Multiply(sine, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* at, TVector real, TVector imaginary)
    {
        TSimd.Store(at, real);
        TSimd.Store(at + DctTile.Half, imaginary);
    }

    /// <summary>Stores <c>even − i odd</c> and <c>even + i odd</c>: two legs that mirror each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePair(float* low, float* high, TVector evenReal, TVector evenImaginary, TVector oddReal, TVector oddImaginary)
    {
        Store(low, TSimd.Add(evenReal, oddImaginary), TSimd.Subtract(evenImaginary, oddReal));
        Store(high, TSimd.Subtract(evenReal, oddImaginary), TSimd.Add(evenImaginary, oddReal));
    }
}
