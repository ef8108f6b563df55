using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Tests.Evaluation;

/// <summary>What does not belong together.</summary>
public sealed partial class EvaluatorTests
{
    [Fact]
    public void What_is_of_other_sizes_than_the_training_interactions_is_refused()
    {
        Dataset dataset = Draw(1);
        using var device = new Device(2);
        var evaluator = new Evaluator(device, dataset.Train);
        HeldOut validation = HeldOut.Validation(dataset);
        using var fewer = new Embeddings(new Matrix(Users, 2), new Matrix(Items - 1, 2));
        using Embeddings embeddings = DrawEmbeddings(2);
        var none = Interactions.FromPairs(Users, Items + 1, []);

        Assert.Equal(
            "The embeddings are of 300 users and 59 items, the training interactions of 300 and 60; expected the same numbers.",
            Assert.Throws<ArgumentException>(() => evaluator.Evaluate(fewer, [validation])).Message);
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(embeddings, [validation with { Relevant = none }]));
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(embeddings, [validation with { AlsoMasked = none }]));
    }

    [Fact]
    public void A_metric_that_was_not_measured_is_named()
    {
        Dataset dataset = Draw(1);
        using Embeddings embeddings = DrawEmbeddings(2);
        using var device = new Device(1);
        EvaluationResult result = new Evaluator(device, dataset.Train, [new(Metric.Recall, 20)]).Evaluate(embeddings, [HeldOut.Validation(dataset)]).Single();
        Assert.StartsWith(
            "Recall@7 was not measured; expected one of Recall@20.",
            Assert.Throws<ArgumentException>(() => result[new MetricName(Metric.Recall, 7)]).Message, StringComparison.Ordinal);
    }
}
