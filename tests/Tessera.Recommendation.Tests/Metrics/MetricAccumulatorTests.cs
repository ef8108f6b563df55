using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Tests.Metrics;

public sealed class MetricAccumulatorTests
{
    [Fact]
    public void The_standard_metrics_are_the_four_at_four_cut_offs()
    {
        var accumulator = new MetricAccumulator();

        Assert.Equal(16, accumulator.Names.Distinct().Count());
        Assert.Equal("Recall@5", accumulator.Names[0].ToString());
        Assert.Equal("MAP@50", accumulator.Names[15].ToString());
        Assert.Equal(50, accumulator.MaximumK);
    }

    [Fact]
    public void Averages_are_over_users_and_not_over_items()
    {
        var accumulator = new MetricAccumulator([new MetricName(Metric.Recall, 2), new MetricName(Metric.Precision, 2)]);

        Add(accumulator, [1, 2], [1, 2, 3, 4]);
        Add(accumulator, [5, 6], [6]);
        IReadOnlyDictionary<MetricName, double> averages = accumulator.Averages();

        Assert.Equal(2, accumulator.Users);
        Assert.Equal(accumulator.Names, averages.Keys);
        Assert.Equal(0.75, averages[new MetricName(Metric.Recall, 2)]);
        Assert.Equal(0.75, averages[new MetricName(Metric.Precision, 2)]);
    }

    [Fact]
    public void Averages_are_sums_in_the_order_of_the_users()
    {
        var accumulator = new MetricAccumulator();
        var sums = new double[16];
        var values = new double[16];
        for (int user = 0; user < 100; user++)
        {
            accumulator.Measure([user, user + 3, user + 1, 7], [3, 7, 50, 60], values);
            accumulator.Add(values);
            for (int metric = 0; metric < sums.Length; metric++) sums[metric] += values[metric];
        }

        Assert.Equal(sums.Select(sum => sum / 100), accumulator.Averages().Values);
    }

    [Fact]
    public void There_is_no_average_over_no_users() =>
        Assert.Throws<InvalidOperationException>(() => new MetricAccumulator().Averages());

    [Fact]
    public void Values_of_other_metrics_are_refused() =>
        Assert.Throws<ArgumentException>(() => new MetricAccumulator().Add(new double[3]));

    [Fact]
    public void Adding_a_user_allocates_nothing()
    {
        var accumulator = new MetricAccumulator();
        int[] ranked = [.. Enumerable.Range(0, 50)];
        int[] heldOut = [3, 8, 70];
        var values = new double[16];
        Add();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Add();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Add()
        {
            accumulator.Measure(ranked, heldOut, values);
            accumulator.Add(values);
        }
    }

    private static void Add(MetricAccumulator accumulator, int[] ranked, int[] heldOut)
    {
        var values = new double[accumulator.Names.Count];
        accumulator.Measure(ranked, heldOut, values);
        accumulator.Add(values);
    }
}
