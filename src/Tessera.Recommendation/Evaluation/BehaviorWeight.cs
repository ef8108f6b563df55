using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Evaluation;

/// <summary>How much of the item-based scores is added to a model's.</summary>
/// <param name="Weight">λ.</param>
/// <param name="Value">What the metric that decided is on validation by it.</param>
/// <param name="Without">What it is without the item-based scores.</param>
internal sealed record BehaviorWeight(float Weight, double Value, double Without)
{
    /// <summary>The λ that is best on validation, of equal ones the least.</summary>
    public static BehaviorWeight Choose(
        IScorer model, BehaviorResidual residual, HeldOut validation, MetricName monitor, Interactions train, Device device, CancellationToken cancellationToken)
    {
        var evaluator = new Evaluator(device, train, [monitor]);
        double[] values =
            [.. BehaviorResidual.Weights.Select(weight => evaluator.Evaluate(new ResidualScorer(model, residual, weight), [validation], cancellationToken)[0].Decisive(monitor))];
        int best = Array.IndexOf(values, values.Max());
        return new BehaviorWeight(BehaviorResidual.Weights[best], values[best], values[0]);
    }
}
