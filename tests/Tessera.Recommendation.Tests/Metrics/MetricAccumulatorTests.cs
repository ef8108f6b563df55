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

        accumulator.Add([1, 2], [1, 2, 3, 4]);
        accumulator.Add([5, 6], [6]);
        IReadOnlyDictionary<MetricName, double> averages = accumulator.Averages();

        Assert.Equal(2, accumulator.Users);
        Assert.Equal(accumulator.Names, averages.Keys);
        Assert.Equal(0.75, averages[new MetricName(Metric.Recall, 2)]);
        Assert.Equal(0.75, averages[new MetricName(Metric.Precision, 2)]);
    }

    [Fact]
    public void Measured_values_added_later_give_the_same_bits()
    {
        var direct = new MetricAccumulator();
        var later = new MetricAccumulator();
        var values = new double[16];
        for (int user = 0; user < 100; user++)
        {
            int[] ranked = [user, user + 3, user + 1, 7];
            int[] heldOut = [3, 7, 50, 60];
            direct.Add(ranked, heldOut);
            later.Measure(ranked, heldOut, values);
            later.Add(values);
        }

        Assert.Equal(direct.Averages(), later.Averages());
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
        accumulator.Add(ranked, heldOut);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) accumulator.Add(ranked, heldOut);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
