namespace Tessera.Models;

/// <summary>
/// <c>t = X W + b</c>: a modality's features through a linear layer. X stays as it is, or is the start of a table that training changes,
/// named <c>{modality}.features</c>.
/// </summary>
/// <remarks>A trained table is a copy, and with gradient and Adam's moments takes 16 bytes an element besides the features.</remarks>
internal sealed class Projection(Modality modality, int width, bool freezeFeatures, Rng rng)
{
    private readonly Parameter? _features = freezeFeatures ? null : new($"{modality.Name}.features", modality.Features.Clone());
    private readonly Linear _layer = new($"{modality.Name}.transform", modality.Dimensions, width, bias: true, rng);

    /// <summary>W, <c>[D x d]</c>.</summary>
    public Parameter Weight => _layer.Weight;

    /// <summary>X if it is trained, W and b.</summary>
    public IEnumerable<Parameter> Parameters => _features is null ? _layer.Parameters : [_features, .. _layer.Parameters];

    /// <summary>X, <c>[|I| x D]</c>.</summary>
    public Variable Features(Tape tape) => _features is null ? tape.Constant(modality.Features) : tape.Use(_features);

    /// <summary>t of all items, <c>[|I| x d]</c>.</summary>
    public Variable Apply(Tape tape) => _layer.Apply(tape, Features(tape));

    /// <summary>The graph of each item's k nearest by cosine of t, which training learns.</summary>
    public LearnedGraph NearestGraph(Tape tape, int neighbors, NeighborGraphs graphs) =>
        LearnedGraph.Nearest(tape, Apply(tape), modality.Missing, neighbors, graphs);

    /// <summary>t of some items, row by row.</summary>
    public Variable Apply(Tape tape, ReadOnlyMemory<int> items) => _layer.Apply(tape, tape.Gather(Features(tape), items));
}
