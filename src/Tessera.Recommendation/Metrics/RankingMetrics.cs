namespace Tessera.Recommendation.Metrics;

/// <summary>Metrics of one user's ranked list, all in 0..1.</summary>
/// <remarks>
/// Positions p count from 1; <c>hit(p)</c> is 1 where the item at p is held out. A list shorter than K ends in misses.
/// Every method expects <c>ranked</c> best first and without repetition, and <c>heldOut</c> ascending and not empty.
/// </remarks>
public static class RankingMetrics
{
    /// <summary>The value of one metric.</summary>
    /// <param name="name">Metric and cut-off.</param>
    /// <param name="ranked">Items, best first.</param>
    /// <param name="heldOut">The user's held-out items, ascending, at least one.</param>
    public static double Compute(MetricName name, ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut) => name.Metric switch
    {
        Metric.Recall => Recall(ranked, heldOut, name.K),
        Metric.Ndcg => Ndcg(ranked, heldOut, name.K),
        Metric.Precision => Precision(ranked, heldOut, name.K),
        Metric.Map => AveragePrecision(ranked, heldOut, name.K),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name.Metric, "Unknown metric."),
    };

    /// <summary><c>Σ_{p ≤ K} hit(p) / |heldOut|</c>.</summary>
    public static double Recall(ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut, int k) =>
        (double)Hits(Top(ranked, heldOut, k), heldOut) / heldOut.Length;

    /// <summary><c>Σ_{p ≤ K} hit(p) / K</c>.</summary>
    public static double Precision(ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut, int k) =>
        (double)Hits(Top(ranked, heldOut, k), heldOut) / k;

    /// <summary><c>Σ_{p ≤ K} hit(p) / log2(p + 1)</c>, divided by the same sum with hits at all p ≤ min(K, |heldOut|).</summary>
    public static double Ndcg(ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut, int k)
    {
        ReadOnlySpan<int> top = Top(ranked, heldOut, k);
        double gain = 0;
        double ideal = 0;
        for (int position = 1; position <= top.Length; position++)
        {
            if (IsHit(top[position - 1], heldOut)) gain += 1 / Math.Log2(position + 1);
        }

        for (int position = 1; position <= Math.Min(k, heldOut.Length); position++) ideal += 1 / Math.Log2(position + 1);
        return gain / ideal;
    }

    /// <summary><c>Σ_{p ≤ K} hit(p) · Precision@p / min(K, |heldOut|)</c>.</summary>
    public static double AveragePrecision(ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut, int k)
    {
        ReadOnlySpan<int> top = Top(ranked, heldOut, k);
        double sum = 0;
        int hits = 0;
        for (int position = 1; position <= top.Length; position++)
        {
            if (IsHit(top[position - 1], heldOut)) sum += (double)++hits / position;
        }

        return sum / Math.Min(k, heldOut.Length);
    }

    private static ReadOnlySpan<int> Top(ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        if (heldOut.IsEmpty) throw new ArgumentException("A user without held-out items has no metrics.", nameof(heldOut));
        return ranked[..Math.Min(k, ranked.Length)];
    }

    private static int Hits(ReadOnlySpan<int> top, ReadOnlySpan<int> heldOut)
    {
        int hits = 0;
        foreach (int item in top)
        {
            if (IsHit(item, heldOut)) hits++;
        }

        return hits;
    }

    private static bool IsHit(int item, ReadOnlySpan<int> heldOut) => heldOut.BinarySearch(item) >= 0;
}
