using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>The normalized user-item graph, whole for evaluation and, for training, pruned afresh in each epoch.</summary>
internal sealed class PrunedGraph
{
    private readonly EdgePruning? _pruning;
    private readonly Rng _rng;

    /// <summary>Builds the whole graph.</summary>
    /// <param name="dropout">Share of edges left out in an epoch, in [0, 1); 0 for none.</param>
    /// <param name="rng">Source of the epochs' streams.</param>
    /// <exception cref="InvalidInputException">No edge would be left.</exception>
    public PrunedGraph(Interactions train, float dropout, Rng rng)
    {
        _pruning = dropout == 0 ? null : new EdgePruning(train, dropout);
        _rng = rng;
        OfEpoch = Whole = BipartiteGraph.Normalized(train);
    }

    /// <summary>All edges, <c>[|U| + |I| x |U| + |I|]</c>.</summary>
    public CsrMatrix Whole { get; }

    /// <summary>The edges of the epoch begun last.</summary>
    public CsrMatrix OfEpoch { get; private set; }

    /// <summary>Draws the edges of an epoch, which depend on the stream and the epoch's number alone.</summary>
    /// <param name="epoch">From 1.</param>
    public void BeginEpoch(int epoch)
    {
        if (_pruning is not null) OfEpoch = BipartiteGraph.Normalized(_pruning.Sample(_rng.Stream($"epoch {epoch}")));
    }
}
