namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Micro"/>.</summary>
public sealed record MicroOptions
{
    [Option("width d of a user's or item's vector; of width 1, normalized vectors would have no gradient", Minimum = 2, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 2;

    [Option("layers n of the item-item graphs", Minimum = 1, Maximum = 64)]
    public int ItemLayers { get; init; } = 1;

    [Option("neighbors k of an item in the item-item graphs, itself included", Minimum = 1)]
    public int Neighbors { get; init; } = 10;

    [Option("share λ of the raw features' graphs beside the learned ones", Minimum = 0, Maximum = 1)]
    public float OriginalShare { get; init; } = 0.9f;

    [Option("weight β of the contrastive loss", Minimum = 0)]
    public float ContrastiveWeight { get; init; } = 0.03f;

    [Option("temperature τ of the contrastive loss", Minimum = 1e-3)]
    public float ContrastiveTemperature { get; init; } = 0.5f;

    [Option("regularization", Minimum = 0)]
    public float Regularization { get; init; } = 1e-5f;

    [Option("keep the features as they are instead of training them too")]
    public bool FreezeFeatures { get; init; }

    [Option("learn the graphs in each batch instead of in the first of an epoch")]
    public bool LearnEachBatch { get; init; }

    [Option("take the symmetric user-item graph without self-loops, as published")]
    public bool SymmetricGraph { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// MICRO: an item-item graph learned for each modality, fused by attention and by contrast. With S_m, S°_m and N as in
/// <see cref="Lattice"/>, <c>h_m = ((1-λ) N(S_m) + λ N(S°_m))^n E_items</c>, <c>ω_i = softmax over m of w·tanh(W h_mi + b)</c>,
/// <c>h_i = Σ_m ω_im h_mi</c>, and <c>Z = 1/(L+1) Σ_{l=0..L} Â^l E</c>: users are <c>û = z_u</c>, items <c>î = z_i + normalize(h)_i</c>;
/// score <c>ŷ_ui = û·î</c>; objective <c>mean -ln σ(ŷ_ui - ŷ_uj) + λ_r/2n Σ (‖û‖² + ‖î‖² + ‖ĵ‖²) + β Σ_m C_m</c>, where
/// <c>C_m = mean_i -ln(exp(cos(h_mi, h_i)/τ) / (Σ_j exp(cos(h_mi, h_j)/τ) + Σ_{j≠i} exp(cos(h_mi, h_mj)/τ)))</c> over all items.
/// J. Zhang et al., "Latent Structure Mining with Contrastive Modality Fusion for Multimedia Recommendation", IEEE Transactions on
/// Knowledge and Data Engineering 2023.
/// </summary>
/// <remarks>
/// As in the released program: the graphs are learned with gradient in the first batch of an epoch and held as constants for the rest of
/// it, in which what they were learned from has a gradient of zero, so that Adam's momentum still moves it (evaluation learns them anew);
/// Â is <c>D^{-1} (A + I)</c>; the features X_m are trained too, from the raw ones on, while S°_m stays that of the raw ones. Options
/// turn each off. Any number of modalities. The contrastive loss costs 4|I|²d flops a modality and batch, and twice as many for
/// its gradient; its matrices exist in blocks only.
/// </remarks>
[Recommender("micro", "MICRO", "IEEE Transactions on Knowledge and Data Engineering 2023", 2023, NeedsFeatures = true)]
public sealed class Micro : Recommender
{
    private readonly MicroOptions _options;
    private readonly CsrMatrix _userItemGraph;
    private readonly CsrMatrix[] _originals;
    private readonly Matrix _ones;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Projection[] _projections;
    private readonly Linear _attentionHidden;
    private readonly Linear _attentionOutput;
    private readonly LearnedGraph[] _graphs;
    private readonly Variable[] _propagated;
    private readonly Variable[] _attention;
    private readonly HeldGraphs _held;

    /// <summary>Builds the graphs and the initial parameters: tables Xavier uniform, layers PyTorch's default.</summary>
    public Micro(RecommenderInputs inputs, MicroOptions options)
        : base(inputs)
    {
        IReadOnlyList<Modality> modalities = inputs.Modalities;
        _options = options;
        _userItemGraph = options.SymmetricGraph ? BipartiteGraph.Normalized(inputs.Train) : BipartiteGraph.Averaging(inputs.Train);
        _originals = [.. modalities.Select(m => ItemGraph.Similarities(m, options.Neighbors, inputs.NeighborGraphs, options.OriginalShare))];
        _ones = Own(new Matrix(inputs.Items, 1));
        _ones.Span.Fill(1f);

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        _users = new Parameter("users", new Matrix(inputs.Users, d).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, d).XavierUniform(rng));
        _projections = [.. inputs.Modalities.Select(m => new Projection(m, d, options.FreezeFeatures, rng))];
        _attentionHidden = new Linear("attention.hidden", d, d, bias: true, rng);
        _attentionOutput = new Linear("attention.output", d, 1, bias: false, rng);
        Parameter[] learnedFrom = [.. _projections.SelectMany(p => p.Parameters)];
        Parameters = [_users, _items, .. learnedFrom, .. _attentionHidden.Parameters, .. _attentionOutput.Parameters];
        _graphs = new LearnedGraph[modalities.Count];
        _held = Own(new HeldGraphs(_graphs, LearnGraphs, learnedFrom, options.LearnEachBatch));
        _propagated = new Variable[modalities.Count];
        _attention = new Variable[modalities.Count];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch) => _held.Release();

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        _held.Put(tape);
        Variable fused = Fused(tape);
        Representation final = Final(tape, fused);
        Triples triples = Triples.Of(tape, final, batch);
        Variable squares = triples.Norms(tape, squared: true);
        Variable ranking = ChosenLoss?.Of(tape, final, batch) ?? triples.RankingLoss(tape);
        Variable loss = tape.Combine(1f, ranking, 0.5f * _options.Regularization, squares);
        return _held.Complete(tape, tape.Combine(1f, loss, _options.ContrastiveWeight, Contrast(tape, fused)));
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape)
    {
        LearnGraphs(tape);
        return Final(tape, Fused(tape));
    }

    private void LearnGraphs(Tape tape)
    {
        for (int m = 0; m < _graphs.Length; m++)
        {
            LearnedGraph nearest = _projections[m].NearestGraph(tape, _options.Neighbors, Inputs.NeighborGraphs);
            _graphs[m] = nearest.Normalized(tape, nearest.RowSums(tape, _ones)).Scaled(tape, 1f - _options.OriginalShare);
        }
    }

    // What each modality's graph propagates to the items, and their mean weighted by attention.
    private Variable Fused(Tape tape)
    {
        for (int m = 0; m < _graphs.Length; m++)
        {
            Variable propagated = tape.Use(_items);
            for (int layer = 0; layer < _options.ItemLayers; layer++)
                propagated = _graphs[m].Propagate(tape, propagated, addend: tape.SparseMatMul(_originals[m], propagated));
            _propagated[m] = propagated;
            _attention[m] = _attentionOutput.Apply(tape, tape.Tanh(_attentionHidden.Apply(tape, propagated)));
        }

        Variable weights = tape.Softmax(tape.ConcatColumns(_attention));
        Variable fused = tape.ScaleChunks(_propagated[0], tape.Columns(weights, 0, 1));
        for (int m = 1; m < _propagated.Length; m++)
            fused = tape.Add(fused, tape.ScaleChunks(_propagated[m], tape.Columns(weights, m, 1)));
        return fused;
    }

    private Representation Final(Tape tape, Variable fused)
    {
        Representation z = tape.PropagateMean(_userItemGraph, tape.Use(_users), tape.Use(_items), _options.Layers);
        return z with { Items = tape.Add(z.Items, tape.NormalizeRows(fused)) };
    }

    private Variable Contrast(Tape tape, Variable fused)
    {
        Variable positives = tape.NormalizeRows(fused);
        Variable? sum = null;
        foreach (Variable propagated in _propagated)
        {
            Variable anchors = tape.NormalizeRows(propagated);
            Variable mean = InfoNce.Mean(tape, anchors, positives, positives, _options.ContrastiveTemperature, others: anchors);
            sum = sum is null ? mean : tape.Add(sum, mean);
        }

        return sum!;
    }
}
