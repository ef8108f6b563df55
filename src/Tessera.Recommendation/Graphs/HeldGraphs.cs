using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Graphs;

/// <summary>Learned graphs kept from one step to later ones, as constants.</summary>
public sealed class HeldGraphs : IDisposable
{
    private readonly List<(CsrMatrix Pattern, Matrix Weights)> _held = [];

    /// <summary>Whether there are graphs to use.</summary>
    public bool Any => _held.Count > 0;

    /// <summary>Keeps the graphs' current weights, in place of those kept before.</summary>
    public void Hold(ReadOnlySpan<LearnedGraph> graphs)
    {
        Release();
        foreach (LearnedGraph graph in graphs) _held.Add((graph.Pattern, graph.Weights.Value.Clone()));
    }

    /// <summary>Puts the kept graphs on a tape, in the order they were given, without gradients.</summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="graphs">Receives as many as are kept.</param>
    public void Use(Tape tape, Span<LearnedGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(tape);
        for (int g = 0; g < _held.Count; g++) graphs[g] = new LearnedGraph(_held[g].Pattern, tape.Constant(_held[g].Weights));
    }

    /// <summary>Forgets the kept graphs.</summary>
    public void Release()
    {
        foreach ((_, Matrix weights) in _held) weights.Dispose();
        _held.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Release();
}
