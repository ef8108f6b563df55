namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Lattice"/>.</summary>
public sealed record LatticeOptions
{
    [Option("width d of a user's or item's vector; of width 1, normalized vectors would have no gradient", Minimum = 2, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 2;

    [Option("layers n of the item-item graph", Minimum = 1, Maximum = 64)]
    public int ItemLayers { get; init; } = 1;

    [Option("neighbors k of an item in the item-item graphs, itself included", Minimum = 1)]
    public int Neighbors { get; init; } = 10;

    [Option("share λ of the raw features' graphs beside the learned one", Minimum = 0, Maximum = 1)]
    public float OriginalShare { get; init; } = 0.9f;

    [Option("regularization (1e-5, 1e-4, 1e-3)", Minimum = 0)]
    public float Regularization { get; init; } = 1e-4f;

    [Option("normalize each modality's learned graph before mixing, as published")]
    public bool NormalizeEachModality { get; init; }

    [Option("keep the features as they are instead of training them too")]
    public bool FreezeFeatures { get; init; }

    [Option("learn the graph in each batch instead of in the first of an epoch")]
    public bool LearnEachBatch { get; init; }

    [Option("take the symmetric user-item graph without self-loops, as published")]
    public bool SymmetricGraph { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// LATTICE: an item-item graph learned from content. For each modality <c>t_m = X_m W_m + b_m</c>; S_m is the graph of each item's k
/// nearest by cosine of t_m, weighted by it, S°_m that of the raw features, N(S) = <c>D^{-1/2} S D^{-1/2}</c>, ω the softmax of one weight
/// a modality; <c>S = (1-λ) N(Σ_m ω_m S_m) + λ Σ_m ω_m N(S°_m)</c>. With <c>Z = 1/(L+1) Σ_{l=0..L} Â^l E</c>, users are <c>û = z_u</c> and
/// items <c>î = z_i + normalize(S^n E_items)_i</c>; score <c>ŷ_ui = û·î</c>; objective
/// <c>mean -ln σ(ŷ_ui - ŷ_uj) + λ_r/2n Σ (‖û‖² + ‖î‖² + ‖ĵ‖²)</c> over the n triples of a batch. J. Zhang et al., "Mining Latent Structures
/// for Multimedia Recommendation", ACM Multimedia 2021.
/// </summary>
/// <remarks>
/// As in the released program: the graph is learned with gradient in the first batch of an epoch and held as a constant for the rest of
/// it, in which what it was learned from has a gradient of zero, so that Adam's momentum still moves it (evaluation learns the graph
/// anew); the mixture of learned graphs is normalized, not each of them; Â is <c>D^{-1} (A + I)</c>; the features X_m are trained too,
/// from the raw ones on, while S°_m stays that of the raw ones. Options turn each off. The learning rate it is published with falls by
/// 0.96 in 50 epochs, smoothly: training's options, not the model's. Any number of modalities.
/// </remarks>
[Recommender("lattice", "LATTICE", "ACM Multimedia 2021", 2021, NeedsFeatures = true)]
public sealed class Lattice : Recommender
{
    private readonly LatticeOptions _options;
    private readonly CsrMatrix _userItemGraph;
    private readonly CsrMatrix[] _originals;
    private readonly Matrix[] _originalWeights;
    private readonly Matrix _ones;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Parameter _modalityWeights;
    private readonly Projection[] _projections;
    private readonly LearnedGraph[] _graphs;
    private readonly HeldGraphs _held;

    /// <summary>Builds the graphs and the initial parameters: tables Xavier uniform, transforms PyTorch's default, weights alike.</summary>
    public Lattice(RecommenderInputs inputs, LatticeOptions options)
        : base(inputs)
    {
        IReadOnlyList<Modality> modalities = inputs.Modalities;
        _options = options;
        _userItemGraph = options.SymmetricGraph ? BipartiteGraph.Normalized(inputs.Train) : BipartiteGraph.Averaging(inputs.Train);
        _originals = [.. modalities.Select(m => ItemGraph.Similarities(m, options.Neighbors, inputs.NeighborGraphs, options.OriginalShare))];
        _originalWeights = [.. _originals.Select(graph => Own(Values(graph)))];
        _ones = Own(new Matrix(inputs.Items, 1));
        _ones.Span.Fill(1f);

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        _users = new Parameter("users", new Matrix(inputs.Users, d).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, d).XavierUniform(rng));
        _modalityWeights = new Parameter("modality_weights", new Matrix(1, modalities.Count));
        _modalityWeights.Value.Span.Fill(1f / modalities.Count);
        _projections = [.. inputs.Modalities.Select(m => new Projection(m, d, options.FreezeFeatures, rng))];
        Parameter[] learnedFrom = [_modalityWeights, .. _projections.SelectMany(p => p.Parameters)];
        Parameters = [_users, _items, .. learnedFrom];
        _graphs = new LearnedGraph[2 * modalities.Count];
        _held = Own(new HeldGraphs(_graphs, LearnGraphs, learnedFrom, options.LearnEachBatch));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch) => _held.Release();

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        _held.Put(tape);
        Representation final = Combine(tape);
        Triples triples = Triples.Of(tape, final, batch);
        Variable squares = triples.Norms(tape, squared: true);
        Variable ranking = ChosenLoss?.Of(tape, final, batch) ?? triples.RankingLoss(tape);
        return _held.Complete(tape, tape.Combine(1f, ranking, 0.5f * _options.Regularization, squares));
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape)
    {
        LearnGraphs(tape);
        return Combine(tape);
    }

    // The graphs S is the sum of: the learned ones of all modalities, then the original ones.
    private void LearnGraphs(Tape tape)
    {
        int modalities = _projections.Length;
        Variable mix = tape.Softmax(tape.Use(_modalityWeights));
        Variable? sums = null;
        for (int m = 0; m < modalities; m++)
        {
            Variable weight = tape.Columns(mix, m, 1);
            LearnedGraph nearest = _projections[m].NearestGraph(tape, _options.Neighbors, Inputs.NeighborGraphs);
            if (_options.NormalizeEachModality) nearest = nearest.Normalized(tape, nearest.RowSums(tape, _ones));
            _graphs[m] = nearest.Scaled(tape, weight);
            if (!_options.NormalizeEachModality)
            {
                Variable rowSums = _graphs[m].RowSums(tape, _ones);
                sums = sums is null ? rowSums : tape.Add(sums, rowSums);
            }

            _graphs[modalities + m] = new LearnedGraph(_originals[m], tape.Constant(_originalWeights[m])).Scaled(tape, weight);
        }

        for (int m = 0; m < modalities; m++)
        {
            LearnedGraph normalized = sums is null ? _graphs[m] : _graphs[m].Normalized(tape, sums);
            _graphs[m] = normalized.Scaled(tape, 1f - _options.OriginalShare);
        }
    }

    private Representation Combine(Tape tape)
    {
        Variable ids = tape.Use(_items), propagated = ids;
        for (int layer = 0; layer < _options.ItemLayers; layer++)
        {
            Variable next = _graphs[0].Propagate(tape, propagated);
            for (int g = 1; g < _graphs.Length; g++) next = _graphs[g].Propagate(tape, propagated, addend: next);
            propagated = next;
        }

        Representation z = tape.PropagateMean(_userItemGraph, tape.Use(_users), ids, _options.Layers);
        return z with { Items = tape.Add(z.Items, tape.NormalizeRows(propagated)) };
    }

    private static Matrix Values(CsrMatrix graph)
    {
        var values = new Matrix(graph.Count, 1);
        graph.Values.CopyTo(values.Span);
        return values;
    }
}
