using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Options of <see cref="TinyItemBased"/>: none.</summary>
public sealed record TinyItemBasedOptions;

/// <summary>The three nearest items of each, and a bias.</summary>
[Recommender("tiny-item-based", "TinyItemBased", "nowhere", 2026)]
public sealed class TinyItemBased(RecommenderInputs inputs, TinyItemBasedOptions options) : ItemBasedRecommender(inputs)
{
    /// <inheritdoc/>
    public override IReadOnlyList<float> Bias => [.. Enumerable.Range(0, Inputs.Items).Select(item => item / 1000f)];

    public TinyItemBasedOptions Options => options;

    /// <inheritdoc/>
    public override CsrMatrix ComputeWeights(Device device, CancellationToken cancellationToken = default) =>
        ItemKnnWeights.Of(Inputs.Train, 3, 0, device, cancellationToken);
}
