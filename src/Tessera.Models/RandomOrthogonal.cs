using System.Numerics.Tensors;

namespace Tessera.Models;

/// <summary>Random orthogonal matrices.</summary>
internal static class RandomOrthogonal
{
    /// <summary>An orthogonal matrix <c>[n x n]</c>, uniformly drawn: the Gram-Schmidt process, twice over, on rows of normal numbers. Takes 4n³ flops.</summary>
    public static Matrix Basis(int n, Rng rng)
    {
        double[][] rows = [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, n).Select(_ => (double)rng.NextGaussian()).ToArray())];
        for (int r = 0; r < n; r++)
        {
            for (int pass = 0; pass < 2; pass++) // the second takes away what rounding left
            {
                for (int before = 0; before < r; before++)
                    TensorPrimitives.MultiplyAdd(rows[before], -TensorPrimitives.Dot<double>(rows[r], rows[before]), rows[r], rows[r]);
            }

            TensorPrimitives.Divide(rows[r], TensorPrimitives.Norm<double>(rows[r]), rows[r]);
        }

        var basis = new Matrix(n, n);
        for (int r = 0; r < n; r++) TensorPrimitives.ConvertTruncating<double, float>(rows[r], basis.Row(r));
        return basis;
    }
}
