using Tessera.Compute.Random;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>
/// Degree-sensitive edge pruning (Zhou and Shen, FREEDOM, 2023): keeps a share of the edges, drawn without replacement with
/// probability proportional to their normalized weight, so that edges between popular nodes go first.
/// </summary>
internal sealed class EdgePruning
{
    private readonly Interactions _interactions;
    private readonly (int User, int Item)[] _pairs;
    private readonly float[] _weights;
    private readonly int _kept;

    /// <summary>Prepares for a graph.</summary>
    /// <param name="interactions">All edges.</param>
    /// <param name="dropout">Share of edges to leave out, in [0, 1).</param>
    /// <exception cref="InvalidInputException">No edge would be left.</exception>
    public EdgePruning(Interactions interactions, float dropout)
    {
        if (dropout is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The share must be in [0, 1).");
        _interactions = interactions;
        _pairs = [.. interactions.Pairs()];
        _weights = BipartiteGraph.EdgeWeights(interactions);
        _kept = (int)(interactions.Count * (1 - (decimal)dropout)); // decimal: 0.8 of 100 edges leaves 20, not 19.99
        if (_kept == 0)
            throw new InvalidInputException($"Leaving out {(decimal)dropout:P0} of {interactions.Count} training interactions leaves none in an epoch; expected one or more, so lower dropout.");
    }

    /// <summary>Draws the edges to keep.</summary>
    public Interactions Sample(Rng rng)
    {

        // The k smallest of independent exponential waiting times with rates w are such a draw (Efraimidis and Spirakis, 2006).
        var waits = new double[_pairs.Length];
        for (int e = 0; e < waits.Length; e++) waits[e] = -Math.Log(1 - rng.NextDouble()) / _weights[e];
        var pairs = _pairs.AsSpan().ToArray();
        Array.Sort(waits, pairs);
        return Interactions.FromPairs(_interactions.Users, _interactions.Items, pairs.Take(_kept));
    }
}
