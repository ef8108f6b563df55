using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>
/// The normalized user-item graph, whole for evaluation and, for training, pruned afresh in each epoch. Degree-sensitive edge pruning
/// (Zhou and Shen, FREEDOM, 2023) keeps a share of the edges, drawn without replacement with probability proportional to their
/// normalized weight, so that edges between popular nodes go first.
/// </summary>
internal sealed class PrunedGraph
{
    private readonly Interactions _train;
    private readonly float[] _weights;
    private readonly int _kept;
    private readonly Rng _rng;

    /// <summary>Builds the whole graph.</summary>
    /// <param name="dropout">Share of edges left out in an epoch, in [0, 1), but for the last one; 0 for none.</param>
    /// <param name="rng">Source of the epochs' streams.</param>
    public PrunedGraph(Interactions train, float dropout, Rng rng)
    {
        if (dropout is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The share must be in [0, 1).");
        _train = train;
        _rng = rng;
        _weights = BipartiteGraph.EdgeWeights(train);
        _kept = Math.Max(1, (int)(train.Count * (1 - (decimal)dropout))); // decimal: 0.8 of 100 edges leaves 20, not 19.99
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
        if (_kept < _train.Count) OfEpoch = BipartiteGraph.Normalized(Sample(_rng.Stream($"epoch {epoch}")));
    }

    /// <summary>Draws the edges to keep.</summary>
    public Interactions Sample(Rng rng)
    {
        // The k smallest of independent exponential waiting times with rates w are such a draw (Efraimidis and Spirakis, 2006).
        (int User, int Item)[] pairs = [.. _train.Pairs()];
        var waits = new double[pairs.Length];
        for (int e = 0; e < waits.Length; e++) waits[e] = -Math.Log(1 - rng.NextDouble()) / _weights[e];
        Array.Sort(waits, pairs);
        return Interactions.FromPairs(_train.Users, _train.Items, pairs.Take(_kept));
    }
}
