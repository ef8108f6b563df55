using Tessera.Compute.Random;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Tests.Metrics;

public sealed class RankingMetricsTests
{
    private const double Precision = 1e-12;

    /// <summary>Hits at positions 1, 3 and 4; item 9 is held out and not in the list.</summary>
    private static readonly int[] Ranked = [4, 8, 2, 7, 1];
    private static readonly int[] HeldOut = [2, 4, 7, 9];

    [Theory]
    [InlineData("Recall@1", 0.25)]
    [InlineData("Recall@5", 0.75)]
    [InlineData("Recall@50", 0.75)]
    [InlineData("Precision@1", 1)]
    [InlineData("Precision@2", 0.5)]
    [InlineData("Precision@5", 0.6)]
    [InlineData("Precision@10", 0.3)]
    [InlineData("NDCG@1", 1)]
    [InlineData("NDCG@2", 0.6131471927654584)] // 1 / (1 + 1/log2(3))
    [InlineData("NDCG@5", 0.75369761125927)] // (1 + 1/2 + 1/log2(5)) / (1 + 1/log2(3) + 1/2 + 1/log2(5))
    [InlineData("MAP@1", 1)]
    [InlineData("MAP@2", 0.5)] // 1 / 2
    [InlineData("MAP@3", 0.5555555555555556)] // (1 + 2/3) / 3
    [InlineData("MAP@5", 0.6041666666666666)] // (1 + 2/3 + 3/4) / 4
    [InlineData("MAP@50", 0.6041666666666666)]
    public void Values_are_those_computed_by_hand(string name, double expected) =>
        Assert.Equal(expected, RankingMetrics.Compute(MetricName.Parse(name), Ranked, HeldOut), Precision);

    [Theory]
    [InlineData(Metric.Recall)]
    [InlineData(Metric.Ndcg)]
    [InlineData(Metric.Precision)]
    [InlineData(Metric.Map)]
    public void The_ideal_list_has_one_and_a_list_of_misses_zero(Metric metric)
    {
        var name = new MetricName(metric, 3);

        Assert.Equal(1, RankingMetrics.Compute(name, [5, 6, 7, 1], [5, 6, 7]), Precision);
        Assert.Equal(0, RankingMetrics.Compute(name, [1, 2, 3, 5], [5, 6, 7]));
        Assert.Equal(0, RankingMetrics.Compute(name, [], [5]));
    }

    [Fact]
    public void All_metrics_agree_with_a_naive_twin_on_random_lists()
    {
        var rng = new Rng(21);
        for (int trial = 0; trial < 500; trial++)
        {
            int[] items = [.. Enumerable.Range(0, 1 + rng.Next(80))];
            rng.Shuffle(items);
            int[] ranked = items[..rng.Next(items.Length + 1)];
            rng.Shuffle(items);
            int[] heldOut = [.. items[..(1 + rng.Next(items.Length))].Order()];
            foreach (Metric metric in Enum.GetValues<Metric>())
            {
                int k = 1 + rng.Next(60);
                double value = RankingMetrics.Compute(new MetricName(metric, k), ranked, heldOut);
                Assert.Equal(Naive(metric, k, ranked, heldOut), value, Precision);
                Assert.InRange(value, 0, 1 + Precision);
            }
        }
    }

    [Fact]
    public void A_user_without_held_out_items_is_refused()
    {
        Assert.Throws<ArgumentException>(() => RankingMetrics.Compute(new MetricName(Metric.Recall, 5), [1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => RankingMetrics.Compute(new MetricName(Metric.Recall, 0), [1], [1]));
    }

    /// <summary>Relevance lists by LINQ; MAP accumulates precision over the positions and divides as at position K.</summary>
    private static double Naive(Metric metric, int k, int[] ranked, int[] heldOut)
    {
        double[] relevance = [.. Enumerable.Range(0, k).Select(p => p < ranked.Length && heldOut.Contains(ranked[p]) ? 1.0 : 0.0)];
        double[] best = [.. Enumerable.Range(0, k).Select(p => p < heldOut.Length ? 1.0 : 0.0)];
        return metric switch
        {
            Metric.Recall => relevance.Sum() / heldOut.Length,
            Metric.Precision => relevance.Average(),
            Metric.Ndcg => Discounted(relevance) / Discounted(best),
            _ => relevance.Select((hit, p) => hit * relevance.Take(p + 1).Average()).Sum() / best.Sum(),
        };
    }

    private static double Discounted(double[] gains) => gains.Select((gain, p) => gain * Math.Log(2) / Math.Log(p + 2)).Sum();
}
