using Tessera.Compute.Devices;

namespace Tessera.Models;

/// <summary>Options of <see cref="Popularity"/>: none.</summary>
public sealed record PopularityOptions;

/// <summary>
/// Popularity: the same items for everyone. Score <c>ŷ_ui = b_i</c>, the number of the item's training interactions; it has no objective. The usual
/// baseline, as in P. Cremonesi, Y. Koren and R. Turrin, "Performance of Recommender Algorithms on Top-N Recommendation Tasks", RecSys 2010.
/// </summary>
/// <remarks>Uses no modality. Counts are exact up to 2^24.</remarks>
[Recommender("popularity", "Popularity", "RecSys 2010", 2010)]
public sealed class Popularity : ItemBasedRecommender
{
    /// <summary>Keeps the inputs.</summary>
    public Popularity(RecommenderInputs inputs, PopularityOptions options)
        : base(inputs) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public override IReadOnlyList<float> Bias => Array.ConvertAll(Inputs.Train.ItemCounts(), count => (float)count);

    /// <inheritdoc/>
    public override CsrMatrix ComputeWeights(Device device, CancellationToken cancellationToken = default) =>
        new(Inputs.Items, Inputs.Items, new int[Inputs.Items + 1], [], []);
}
