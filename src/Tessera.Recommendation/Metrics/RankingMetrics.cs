namespace Tessera.Recommendation.Metrics;

/// <summary>Metrics of one user's ranked list, all in 0..1.</summary>
/// <remarks>
/// Positions p count from 1; <c>hit(p)</c> is 1 where the item at p is held out; sums are over p ≤ K. A list shorter than K ends in
/// misses.
/// <list type="bullet">
/// <item>Recall: <c>Σ hit(p) / |heldOut|</c>.</item>
/// <item>Precision: <c>Σ hit(p) / K</c>.</item>
/// <item>NDCG: <c>Σ hit(p) / log2(p + 1)</c>, divided by the same sum with hits at all p ≤ min(K, |heldOut|).</item>
/// <item>MAP, of one user the average precision: <c>Σ hit(p) · Precision@p / min(K, |heldOut|)</c>.</item>
/// </list>
/// </remarks>
internal static class RankingMetrics
{
    /// <summary>The value of one metric.</summary>
    /// <param name="ranked">Items, best first, without repetition.</param>
    /// <param name="heldOut">The user's held-out items, ascending, at least one.</param>
    public static double Compute(MetricName name, ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut)
    {
        if (heldOut.IsEmpty) throw new ArgumentException("A user without held-out items has no metrics.", nameof(heldOut));
        int hits = 0, most = Math.Min(name.K, heldOut.Length);
        double gain = 0, precisions = 0;
        for (int position = 1; position <= Math.Min(name.K, ranked.Length); position++)
        {
            if (heldOut.BinarySearch(ranked[position - 1]) < 0) continue;
            hits++;
            gain += 1 / Math.Log2(position + 1);
            precisions += (double)hits / position;
        }

        return name.Metric switch
        {
            Metric.Recall => (double)hits / heldOut.Length,
            Metric.Precision => (double)hits / name.K,
            Metric.Ndcg => gain / IdealGain(most),
            Metric.Map => precisions / most,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name.Metric, "Unknown metric."),
        };
    }

    private static double IdealGain(int hits)
    {
        double gain = 0;
        for (int position = 1; position <= hits; position++) gain += 1 / Math.Log2(position + 1);
        return gain;
    }
}
