using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Tests.Evaluation;

public sealed class MetricNoticesTests
{
    [Theory]
    [InlineData(20, null, "No user has more than 19 candidates in test, so Recall@20, Recall@50 are 1 whatever the model and say nothing; smaller cut-offs and NDCG do.")]
    [InlineData(21, null, "No user has more than 20 candidates in test, so Recall@20, Recall@50 are 1 whatever the model and say nothing; smaller cut-offs and NDCG do.")]
    [InlineData(22, null, "No user has more than 21 candidates in test, so Recall@50 is 1 whatever the model and says nothing; smaller cut-offs and NDCG do.")]
    [InlineData(52, null, null)]
    [InlineData(60, "Recall@70", "No user has more than 59 candidates in test, so Recall@70 is 1 whatever the model and says nothing; smaller cut-offs and NDCG do.")]
    public void Cut_offs_at_or_above_the_candidates_are_named(int items, string? monitor, string? sentence)
    {
        Interactions train = Interactions.FromPairs(2, items, [(0, 0), (1, 0), (1, 1)]), test = Interactions.FromPairs(2, items, [(0, 2), (1, 2)]);

        IEnumerable<string> notices = MetricNotices.Of([new HeldOut("test", test)], train, monitor is null ? null : MetricName.Parse(monitor));

        Assert.Equal(sentence is null ? [] : [sentence], notices);
    }

    [Fact]
    public void Candidates_are_those_of_measured_users_that_are_not_masked()
    {
        Interactions train = Interactions.FromPairs(3, 10, [(0, 0), (1, 0), (1, 1)]), test = Interactions.FromPairs(3, 10, [(1, 5), (2, 6)]);
        Interactions validation = Interactions.FromPairs(3, 10, [(1, 7)]);

        Assert.Equal(8, new HeldOut("test", test).MostCandidates(train)); // user 1 alone has a task
        Assert.Equal(7, new HeldOut("test", test, validation).MostCandidates(train));
        Assert.Equal(2, new HeldOut("test", test, validation, [1, 5, 6, 7]).MostCandidates(train)); // without 1 and 7
        Assert.Equal(0, new HeldOut("test", Interactions.FromPairs(3, 10, [(2, 6)])).MostCandidates(train));
    }

    [Fact]
    public void Splits_that_are_alike_are_named_together_and_those_without_a_task_not_at_all()
    {
        Interactions train = Interactions.FromPairs(1, 9, [(0, 0)]), held = Interactions.FromPairs(1, 9, [(0, 1)]), none = Interactions.FromPairs(1, 9, []);

        string notice = Assert.Single(MetricNotices.Of([new HeldOut("validation", held), new HeldOut("test", held), new HeldOut("more", none)], train));

        Assert.StartsWith("No user has more than 8 candidates in validation and test, so Recall@10, ", notice, StringComparison.Ordinal);
    }
}
