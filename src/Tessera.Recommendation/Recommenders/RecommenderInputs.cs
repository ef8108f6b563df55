using System.Reflection;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Recommenders;

/// <summary>What a model is created from.</summary>
/// <param name="Train">Training interactions.</param>
/// <param name="Modalities">Content of the items.</param>
/// <param name="Rng">Root of the model's random streams.</param>
/// <param name="NeighborGraphs">Where nearest-neighbor graphs come from.</param>
public sealed record RecommenderInputs(Interactions Train, IReadOnlyList<Modality> Modalities, Rng Rng, NeighborGraphs NeighborGraphs)
{
    /// <summary>Number of users |U|.</summary>
    public int Users => Train.Users;

    /// <summary>Number of items |I|.</summary>
    public int Items => Train.Items;

    /// <summary>Refuses data without a modality for a model whose <see cref="RecommenderAttribute"/> says that it needs features.</summary>
    internal void RequireFeaturesFor(Type model)
    {
        if (Modalities.Count == 0 && model.GetCustomAttribute<RecommenderAttribute>() is { NeedsFeatures: true } description)
            throw new InvalidInputException(
                $"{description.Title} learns from item features and the data has none; make them of texts and images with 'tessera data encode', add a feature file such as image_feat.npy, or train a model that needs none.");
    }
}
