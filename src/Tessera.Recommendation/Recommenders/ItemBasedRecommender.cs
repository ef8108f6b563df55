using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Recommenders;

/// <summary>
/// A model that scores by the items a user has, and is computed at once instead of trained: <c>ŷ_ui = b_i + Σ_{j of u} w_ji</c>, j being u's training items.
/// It has no vectors.
/// </summary>
public abstract class ItemBasedRecommender
{
    /// <summary>Keeps the inputs.</summary>
    /// <exception cref="InvalidInputException">
    /// The model's <see cref="RecommenderAttribute"/> says that it needs features and there is no modality.
    /// </exception>
    protected ItemBasedRecommender(RecommenderInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireFeaturesFor(GetType());
        Inputs = inputs;
    }

    /// <summary>b, <c>[|I|]</c>; null for 0.</summary>
    public virtual IReadOnlyList<float>? Bias => null;

    /// <summary>What the model is computed from.</summary>
    protected RecommenderInputs Inputs { get; }

    /// <summary>w, <c>[|I| x |I|]</c>: row j is what having item j adds to the scores of the others.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public abstract CsrMatrix ComputeWeights(Device device, CancellationToken cancellationToken = default);
}
