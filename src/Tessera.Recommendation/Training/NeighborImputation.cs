using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Recommendation.Training;

/// <summary>
/// Final vectors for items without a training interaction, which have no share in what a model learned from interactions, from those of their
/// nearest items that have some: <c>v_i = o_i + Σ_j p_ij (v_j - o_j)</c>, o being what the model makes of features alone
/// (<see cref="Recommender.ContentVectors"/>; 0 for models that make nothing of them) and p <see cref="WarmNeighbors"/>. An item without features
/// keeps its own vector.
/// </summary>
internal sealed class NeighborImputation
{
    private readonly Matrix[] _features;
    private readonly WarmNeighbors _neighbors;

    /// <summary>Finds the neighbors.</summary>
    /// <param name="modalities">Content of the items, those modalities that the model has.</param>
    /// <param name="training">Says the number k of neighbors by each modality.</param>
    /// <exception cref="InvalidInputException">There is no modality.</exception>
    public NeighborImputation(Recommender model, IReadOnlyList<Modality> modalities, Interactions train, TrainingOptions training, NeighborGraphs graphs)
    {
        if (modalities.Count == 0)
            throw new InvalidInputException(
                "With coldItems=neighbors, items that nobody had are compared by their features, and the data has none; make them with 'tessera data encode', or leave coldItems at own.");
        _features = [.. modalities.Select(modality => modality.Features)];
        _neighbors = WarmNeighbors.Find(modalities, model.ContentWeights, train, training.ColdItemNeighbors, graphs);
    }

    /// <summary>Replaces the vectors of items without a training interaction.</summary>
    /// <param name="embeddings">The model's final vectors.</param>
    /// <param name="tape">A tape between two steps; it is left empty.</param>
    /// <exception cref="InvalidInputException">The model's options make an item's vector depend on the other items' features.</exception>
    public void Apply(Recommender model, Embeddings embeddings, Tape tape)
    {
        if (_neighbors.Items.Length == 0) return;
        Device device = tape.Device;
        using Matrix? content = model.ComputeContentVectors(tape, _features);
        using Matrix learned = embeddings.Items.Clone(), imputed = new(_neighbors.Items.Length, learned.Columns);
        if (content is not null) device.Combine(1f, embeddings.Items, -1f, content, learned);
        device.SparseMatMul(_neighbors.Weights, learned, null, imputed);
        for (int n = 0; n < _neighbors.Items.Length; n++)
        {
            int item = _neighbors.Items[n];
            Span<float> vector = embeddings.Items.Row(item);
            ReadOnlySpan<float> learnedPart = imputed.Row(n), own = content is null ? default : content.Row(item);
            for (int column = 0; column < vector.Length; column++) vector[column] = learnedPart[column] + (own.IsEmpty ? 0f : own[column]);
        }
    }
}
