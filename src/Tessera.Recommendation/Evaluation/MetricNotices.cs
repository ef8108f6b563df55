using Tessera.Data;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Evaluation;

/// <summary>Remarks on metrics that say nothing: where a user has no more candidates than count, every ranking finds all that is held out.</summary>
internal static class MetricNotices
{
    /// <summary>One sentence for the splits whose recall is 1 whatever the ranking.</summary>
    /// <param name="splits">What is measured; those with nobody to measure are passed over.</param>
    /// <param name="train">Training interactions.</param>
    /// <param name="monitor">The metric that decides about epochs, besides the standard ones, or null.</param>
    public static IEnumerable<string> Of(IReadOnlyList<HeldOut> splits, Interactions train, MetricName? monitor = null)
    {
        int[] cutOffs = [.. MetricAccumulator.Standard.Select(metric => metric.K).Append(monitor?.K ?? 1).Distinct().Order()];
        return
            from split in splits
            let most = split.MostCandidates(train)
            where most > 0 && most <= cutOffs[^1]
            let names = string.Join(", ", cutOffs.Where(k => k >= most).Select(k => new MetricName(Metric.Recall, k)))
            group split.Name by (most, names) into alike
            let many = alike.Key.names.Contains(',', StringComparison.Ordinal)
            select $"No user has more than {alike.Key.most} candidates in {string.Join(" and ", alike)}, so {alike.Key.names} "
                + $"{(many ? "are" : "is")} 1 whatever the model and {(many ? "say" : "says")} nothing; smaller cut-offs and NDCG do.";
    }
}
