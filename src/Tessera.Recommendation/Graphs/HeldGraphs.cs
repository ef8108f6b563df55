using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Graphs;

/// <summary>
/// Graphs that the first batch of an epoch learns with gradient and the others hold as constants, as the released programs of LATTICE
/// and MICRO do.
/// </summary>
/// <param name="graphs">The graphs of a step.</param>
/// <param name="learn">Learns them on a tape.</param>
/// <param name="learnedFrom">The parameters that only the learning of graphs uses.</param>
/// <param name="learnEachBatch">Whether every batch learns them.</param>
internal sealed class HeldGraphs(LearnedGraph[] graphs, Action<Tape> learn, Parameter[] learnedFrom, bool learnEachBatch) : IDisposable
{
    private readonly List<(CsrMatrix Pattern, Matrix Weights)> _held = [];
    private bool _constant;

    /// <summary>Puts the graphs of a training step on its tape: those held, without gradients, else newly learned ones.</summary>
    public void Put(Tape tape)
    {
        _constant = _held.Count > 0;
        if (_constant)
        {
            for (int g = 0; g < graphs.Length; g++) graphs[g] = new LearnedGraph(_held[g].Pattern, tape.Constant(_held[g].Weights));
            return;
        }

        learn(tape);
        if (learnEachBatch) return;
        foreach (LearnedGraph graph in graphs) _held.Add((graph.Pattern, graph.Weights.Value.Clone()));
    }

    /// <summary>
    /// A loss over the graphs put last. Where they were held, what they were learned from has a gradient of zero, not none, so that Adam's
    /// momentum still moves it.
    /// </summary>
    public Variable Complete(Tape tape, Variable loss)
    {
        if (!_constant) return loss;
        foreach (Parameter parameter in learnedFrom) loss = tape.WithZeroGradient(loss, tape.Use(parameter));
        return loss;
    }

    /// <summary>Forgets the graphs, so that the next step learns them.</summary>
    public void Release()
    {
        foreach ((_, Matrix weights) in _held) weights.Dispose();
        _held.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Release();
}
