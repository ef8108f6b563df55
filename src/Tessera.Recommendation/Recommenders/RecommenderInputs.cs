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
}
