using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Adds a panel of rows to the upper half of <c>G = XᵀX</c> in float64. Ranges are chunks of rows of G. As the products of float32 numbers
/// are exact, it makes no difference to the bits whether they are fused with the sums.
/// </summary>
/// <param name="panel">Rows of X as <see cref="PackGramPanel"/> lays them out.</param>
/// <param name="rows">Rows of the panel.</param>
/// <param name="padded">Rows and columns of G, a multiple of <see cref="Chunk"/>.</param>
/// <param name="sums">G; elements left of the diagonal may be written too.</param>
internal readonly unsafe struct GramPanel(double* panel, int rows, int padded, double* sums) : IKernel
{
    /// <summary>Columns of X that lie together.</summary>
    public const int Chunk = 8;

    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int i = from * Chunk; i < to * Chunk; i += Chunk)
        {
            for (int j = i; j < padded; j += Chunk)
            {
                FourByEight(i, 0, j);
                FourByEight(i, 4, j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Add(double left, Vector256<double> right, Vector256<double> sum) =>
        Vector256.MultiplyAddEstimate(Vector256.Create(left), right, sum);

    private void FourByEight(int chunk, int half, int j)
    {
        double* g0 = sums + ((nint)(chunk + half) * padded) + j, g1 = g0 + padded, g2 = g1 + padded, g3 = g2 + padded;
        Vector256<double> a0 = Vector256.Load(g0), b0 = Vector256.Load(g0 + 4), a1 = Vector256.Load(g1), b1 = Vector256.Load(g1 + 4);
        Vector256<double> a2 = Vector256.Load(g2), b2 = Vector256.Load(g2 + 4), a3 = Vector256.Load(g3), b3 = Vector256.Load(g3 + 4);
        double* left = panel + ((nint)chunk * rows) + half, right = panel + ((nint)j * rows);
        for (int row = 0; row < rows; row++, left += Chunk, right += Chunk)
        {
            Vector256<double> a = Vector256.Load(right), b = Vector256.Load(right + 4);
            a0 = Add(left[0], a, a0);
            b0 = Add(left[0], b, b0);
            a1 = Add(left[1], a, a1);
            b1 = Add(left[1], b, b1);
            a2 = Add(left[2], a, a2);
            b2 = Add(left[2], b, b2);
            a3 = Add(left[3], a, a3);
            b3 = Add(left[3], b, b3);
        }

        a0.Store(g0);
        b0.Store(g0 + 4);
        a1.Store(g1);
        b1.Store(g1 + 4);
        a2.Store(g2);
        b2.Store(g2 + 4);
        a3.Store(g3);
        b3.Store(g3 + 4);
    }
}

/// <summary>Lays rows of X out in float64, chunk of columns after chunk, the last filled up with zeros. Ranges are chunks.</summary>
internal readonly unsafe struct PackGramPanel(float* x, int rows, int columns, double* panel) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int chunk = from; chunk < to; chunk++)
        {
            int first = chunk * GramPanel.Chunk, count = Math.Min(GramPanel.Chunk, columns - first);
            double* target = panel + ((nint)first * rows);
            for (int row = 0; row < rows; row++, target += GramPanel.Chunk)
            {
                float* source = x + ((nint)row * columns) + first;
                for (int c = 0; c < GramPanel.Chunk; c++) target[c] = c < count ? source[c] : 0;
            }
        }
    }
}
