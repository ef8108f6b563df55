namespace Tessera.Compute.Decompositions;

/// <summary>
/// <c>M = U Σ Wᵀ</c> of a small square matrix by one-sided Jacobi rotations of its columns (Hestenes, 1958) in float64: small singular
/// values come out to relative precision too. About 6·n³ flops a sweep, some ten sweeps.
/// </summary>
internal static class JacobiSvd
{
    private const double Orthogonal = 1e-14;
    private const double Vanishing = 1e-32; // squared length, of the longest column's, below float64's resolution
    private const int MaxSweeps = 60;

    /// <summary>Σ descending and U; W is not formed.</summary>
    /// <param name="columns">M's columns, one after the other, <c>[n x n]</c>; U's columns in their place afterwards.</param>
    /// <param name="n">Rows and columns of M.</param>
    /// <param name="cancellationToken">Stops within a sweep.</param>
    /// <returns>Σ; a column of U is zero where it is.</returns>
    /// <exception cref="ArithmeticException">The rotations do not come to an end.</exception>
    public static double[] Decompose(Span<double> columns, int n, CancellationToken cancellationToken = default)
    {
        double longest = 0;
        for (int i = 0; i < n; i++)
        {
            Span<double> x = columns.Slice(i * n, n);
            longest = Math.Max(longest, DoubleSpans.Dots(x, x).XX);
        }

        for (int sweep = 0; Sweep(columns, n, Vanishing * longest, cancellationToken); sweep++)
            if (sweep == MaxSweeps) throw new ArithmeticException($"The rotations of a [{n} x {n}] matrix have not ended after {MaxSweeps} sweeps.");
        return SortByLength(columns, n);
    }

    private static bool Sweep(Span<double> columns, int n, double least, CancellationToken cancellationToken)
    {
        bool rotated = false;
        for (int i = 0; i < n; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int j = i + 1; j < n; j++)
            {
                Span<double> x = columns.Slice(i * n, n), y = columns.Slice(j * n, n);
                (double xx, double yy, double xy) = DoubleSpans.Dots(x, y);
                if (xx <= least || yy <= least || Math.Abs(xy) <= Orthogonal * Math.Sqrt(xx * yy)) continue;
                double zeta = (yy - xx) / (2 * xy);
                double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                double cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
                DoubleSpans.Rotate(x, y, cosine, cosine * tangent);
                rotated = true;
            }
        }

        return rotated;
    }

    private static double[] SortByLength(Span<double> columns, int n)
    {
        var lengths = new double[n];
        for (int i = 0; i < n; i++) lengths[i] = Math.Sqrt(DoubleSpans.Dots(columns.Slice(i * n, n), columns.Slice(i * n, n)).XX);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => lengths[i])];
        double[] sorted = columns.ToArray();
        for (int i = 0; i < n; i++)
        {
            double length = lengths[order[i]];
            ReadOnlySpan<double> from = sorted.AsSpan(order[i] * n, n);
            Span<double> to = columns.Slice(i * n, n);
            for (int e = 0; e < n; e++) to[e] = length == 0 ? 0 : from[e] / length;
        }

        return [.. order.Select(i => lengths[i])];
    }
}
