using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>
/// <c>eˣ</c> in single precision: <c>eˣ = 2ⁿ eʳ</c> with n the whole number nearest to <c>x / ln 2</c> and eʳ by its Taylor polynomial
/// of degree 7, exact to 5e-9 where <c>|r| ≤ ln 2 / 2</c>.
/// </summary>
internal static class Exponential
{
    private const float Smallest = -87f; // e^-87 is the last power above the subnormal numbers
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f; // few enough digits that n times it is exact
    private const float Ln2Low = -2.12194440e-4f;
    private const float ToWhole = 12582912f; // 1.5 · 2²³: adding it rounds to a whole number

    /// <summary>eˣ to within 3 units in the last place for x up to 88; e^-87 below -87; NaN of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        x = TSimd.Max(TSimd.Broadcast(Smallest), x); // in this order: of a NaN and a number x86 gives the second
        TVector n = TSimd.Subtract(TSimd.MultiplyAdd(x, TSimd.Broadcast(Log2E), TSimd.Broadcast(ToWhole)), TSimd.Broadcast(ToWhole));
        TVector r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-Ln2Low), TSimd.MultiplyAdd(n, TSimd.Broadcast(-Ln2High), x));
        TVector sum = TSimd.MultiplyAdd(r, TSimd.Broadcast(1f / 5040f), TSimd.Broadcast(1f / 720f));
        sum = TSimd.MultiplyAdd(r, sum, TSimd.Broadcast(1f / 120f));
        sum = TSimd.MultiplyAdd(r, sum, TSimd.Broadcast(1f / 24f));
        sum = TSimd.MultiplyAdd(r, sum, TSimd.Broadcast(1f / 6f));
        sum = TSimd.MultiplyAdd(r, sum, TSimd.Broadcast(0.5f));
        sum = TSimd.MultiplyAdd(r, sum, TSimd.Broadcast(1f));
        sum = TSimd.MultiplyAdd(r, sum, TSimd.Broadcast(1f));
        return TSimd.Multiply(sum, TSimd.PowerOfTwo(n));
    }
}
