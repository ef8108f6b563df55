namespace Tessera.Compute.Tests.Twins;

/// <summary>Singular values and right vectors from the eigenvalues of AᵀA by two-sided Jacobi rotations, in double.</summary>
internal static class JacobiTwin
{
    /// <returns>Singular values, descending, and the right vectors as columns <c>[m x m]</c>.</returns>
    public static (double[] Values, double[,] Right) Svd(double[,] a)
    {
        double[,] s = Dense.MatMul(a, a, transposeA: true);
        int n = s.GetLength(0);
        double[,] vectors = Dense.Create(n, n, (r, c) => r == c ? 1 : 0);
        for (int sweep = 0; sweep < 40; sweep++)
            for (int p = 0; p < n; p++)
                for (int q = p + 1; q < n; q++)
                    Rotate(s, vectors, p, q, n);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => s[i, i])];
        return ([.. order.Select(i => Math.Sqrt(Math.Max(0, s[i, i])))], Dense.Create(n, n, (r, c) => vectors[r, order[c]]));
    }

    private static void Rotate(double[,] s, double[,] vectors, int p, int q, int n)
    {
        if (Math.Abs(s[p, q]) < 1e-300) return;
        double theta = (s[q, q] - s[p, p]) / (2 * s[p, q]);
        double tangent = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double cosine = 1 / Math.Sqrt((tangent * tangent) + 1), sine = tangent * cosine;
        for (int k = 0; k < n; k++) (s[k, p], s[k, q]) = ((cosine * s[k, p]) - (sine * s[k, q]), (sine * s[k, p]) + (cosine * s[k, q]));
        for (int k = 0; k < n; k++) (s[p, k], s[q, k]) = ((cosine * s[p, k]) - (sine * s[q, k]), (sine * s[p, k]) + (cosine * s[q, k]));
        for (int k = 0; k < n; k++)
            (vectors[k, p], vectors[k, q]) = ((cosine * vectors[k, p]) - (sine * vectors[k, q]), (sine * vectors[k, p]) + (cosine * vectors[k, q]));
    }
}
