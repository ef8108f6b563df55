namespace Tessera.Studies.Statistics;

/// <summary>Holm's step-down correction (1979) for several comparisons at once.</summary>
internal static class Holm
{
    /// <summary>The corrected p-values, in the order of those given: the k-th smallest of n times n - k + 1, never below a smaller one's, at most 1.</summary>
    public static double[] Correct(IReadOnlyList<double> pValues)
    {
        int[] order = [.. Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i])];
        var corrected = new double[pValues.Count];
        double largest = 0;
        for (int k = 0; k < order.Length; k++)
        {
            largest = Math.Max(largest, Math.Min(1, pValues[order[k]] * (order.Length - k)));
            corrected[order[k]] = largest;
        }

        return corrected;
    }
}
