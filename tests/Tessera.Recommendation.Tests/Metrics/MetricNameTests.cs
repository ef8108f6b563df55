using Tessera.Data;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Tests.Metrics;

public sealed class MetricNameTests
{
    [Theory]
    [InlineData("Recall@20", Metric.Recall, 20)]
    [InlineData("NDCG@10", Metric.Ndcg, 10)]
    [InlineData("Precision@5", Metric.Precision, 5)]
    [InlineData("MAP@50", Metric.Map, 50)]
    public void Names_are_spelled_as_in_the_field_and_read_back(string text, Metric metric, int k)
    {
        Assert.Equal(text, new MetricName(metric, k).ToString());
        Assert.Equal(new MetricName(metric, k), MetricName.Parse(text));
        Assert.Equal(new MetricName(metric, k), MetricName.Parse(text.ToLowerInvariant()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Recall")]
    [InlineData("Recall@")]
    [InlineData("Recall@0")]
    [InlineData("Recall@-1")]
    [InlineData("Recall@ 5")]
    [InlineData("Recall@5@5")]
    [InlineData("Recall@99999999999")]
    [InlineData("MRR@5")]
    [InlineData("0@5")]
    public void Other_texts_are_refused_with_the_known_names(string text)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => MetricName.Parse(text));

        Assert.Contains("Recall, NDCG, Precision, MAP", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, 50)]
    [InlineData(50, 50)]
    [InlineData(70_000, 70_000)]
    public void A_cut_off_beyond_all_items_is_refused(int items, int most)
    {
        Assert.Equal(most, new MetricName(Metric.Recall, most).Among(items).K);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => new MetricName(Metric.Recall, most + 1).Among(items));
        Assert.Contains($"expected a number from 1 to {most:N0}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_off_below_one_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new MetricName(Metric.Map, 0));
}
