using Tessera.Compute.Devices;
using Tessera.Recommendation.Scoring;

namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Ease"/>.</summary>
public sealed record EaseOptions
{
    [Option("regularization λ, above 0: larger for more interactions (paper: 200 to 500 on 20 to 100 million)", Minimum = 1e-3)]
    public float Regularization { get; init; } = EaseWeights.Regularization;

    [Option("weights k kept of each item, those of largest magnitude (paper: all)", Minimum = 1)]
    public int Neighbors { get; init; } = EaseWeights.Neighbors;
}
#pragma warning restore CS1591

/// <summary>
/// EASE: a linear autoencoder whose items do not explain themselves. Score <c>ŷ_ui = Σ_{j of u} B_ji</c>; objective
/// <c>‖X - X B‖² + λ ‖B‖²</c> with <c>diag B = 0</c>, X being the interactions, which <c>B_ij = -P_ij / P_jj</c>, <c>P = (XᵀX + λ I)⁻¹</c>, minimizes.
/// H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
/// </summary>
/// <remarks>The paper keeps all of B; here the k weights of largest magnitude of each row are kept. Uses no modality.</remarks>
[Recommender("ease", "EASE", "WWW 2019", 2019)]
public sealed class Ease : ItemBasedRecommender
{
    private readonly EaseOptions _options;

    /// <summary>Keeps the inputs.</summary>
    /// <exception cref="InvalidInputException">More than 20,000 items have interactions.</exception>
    public Ease(RecommenderInputs inputs, EaseOptions options)
        : base(inputs)
    {
        _options = options;
        EaseWeights.RequireRoom(inputs.Train);
    }

    /// <inheritdoc/>
    public override CsrMatrix ComputeWeights(Device device, CancellationToken cancellationToken = default) =>
        EaseWeights.Of(Inputs.Train, _options.Regularization, _options.Neighbors, device, cancellationToken);
}
