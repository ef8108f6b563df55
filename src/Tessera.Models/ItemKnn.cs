using Tessera.Compute.Devices;
using Tessera.Recommendation.Scoring;

namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="ItemKnn"/>.</summary>
public sealed record ItemKnnOptions
{
    [Option("nearest items k of each", Minimum = 1)]
    public int Neighbors { get; init; } = ItemKnnWeights.Neighbors;

    [Option("shrinkage h, which lessens cosines that few users make", Minimum = 0)]
    public float Shrinkage { get; init; } = ItemKnnWeights.Shrinkage;
}
#pragma warning restore CS1591

/// <summary>
/// ItemKNN: items like those a user has. Score <c>ŷ_ui = Σ_{j of u} w_ji</c>, where <c>w_ji = |U_i ∩ U_j| / (√(|U_i| |U_j|) + h)</c>, the cosine of the
/// sets of users U, for the k items i nearest to j and 0 for others; it has no objective. M. Deshpande and G. Karypis, "Item-Based Top-N
/// Recommendation Algorithms", TOIS 22(1), 2004; the shrinkage is that of R. Bell and Y. Koren, ICDM 2007.
/// </summary>
/// <remarks>Uses no modality.</remarks>
[Recommender("item-knn", "ItemKNN", "TOIS 2004", 2004)]
public sealed class ItemKnn : ItemBasedRecommender
{
    private readonly ItemKnnOptions _options;

    /// <summary>Keeps the inputs.</summary>
    public ItemKnn(RecommenderInputs inputs, ItemKnnOptions options)
        : base(inputs) => _options = options;

    /// <inheritdoc/>
    public override CsrMatrix ComputeWeights(Device device, CancellationToken cancellationToken = default) =>
        ItemKnnWeights.Of(Inputs.Train, _options.Neighbors, _options.Shrinkage, device, cancellationToken);
}
