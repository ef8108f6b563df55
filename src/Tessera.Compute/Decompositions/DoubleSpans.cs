using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Compute.Decompositions;

/// <summary>Loops over float64 vectors, four elements at a time on any processor, so that the order of sums is one.</summary>
internal static class DoubleSpans
{
    /// <summary><c>y += α x</c>.</summary>
    public static void AddScaled(double alpha, ReadOnlySpan<double> x, Span<double> y)
    {
        ReadOnlySpan<Vector256<double>> from = MemoryMarshal.Cast<double, Vector256<double>>(x);
        Span<Vector256<double>> to = MemoryMarshal.Cast<double, Vector256<double>>(y);
        for (int v = 0; v < from.Length; v++) to[v] += alpha * from[v];
        for (int e = 4 * from.Length; e < x.Length; e++) y[e] += alpha * x[e];
    }

    /// <summary><c>x·x</c>, <c>y·y</c> and <c>x·y</c>.</summary>
    public static (double XX, double YY, double XY) Dots(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ReadOnlySpan<Vector256<double>> a = MemoryMarshal.Cast<double, Vector256<double>>(x), b = MemoryMarshal.Cast<double, Vector256<double>>(y);
        Vector256<double> aa = default, bb = default, ab = default;
        for (int v = 0; v < a.Length; v++)
        {
            aa += a[v] * a[v];
            bb += b[v] * b[v];
            ab += a[v] * b[v];
        }

        (double xx, double yy, double xy) = (Vector256.Sum(aa), Vector256.Sum(bb), Vector256.Sum(ab));
        for (int e = 4 * a.Length; e < x.Length; e++)
        {
            xx += x[e] * x[e];
            yy += y[e] * y[e];
            xy += x[e] * y[e];
        }

        return (xx, yy, xy);
    }

    /// <summary><c>(x, y) = (c x - s y, s x + c y)</c>.</summary>
    public static void Rotate(Span<double> x, Span<double> y, double c, double s)
    {
        Span<Vector256<double>> a = MemoryMarshal.Cast<double, Vector256<double>>(x), b = MemoryMarshal.Cast<double, Vector256<double>>(y);
        for (int v = 0; v < a.Length; v++) (a[v], b[v]) = ((c * a[v]) - (s * b[v]), (s * a[v]) + (c * b[v]));
        for (int e = 4 * a.Length; e < x.Length; e++) (x[e], y[e]) = ((c * x[e]) - (s * y[e]), (s * x[e]) + (c * y[e]));
    }
}
