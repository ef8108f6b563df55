namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="LgmRec"/>.</summary>
public sealed record LgmRecOptions
{
    [Option("width d of a user's or item's vector; of width 1, normalized vectors would have no gradient", Minimum = 2, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph for the embeddings", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 2;

    [Option("layers L_m of the user-item graph for the modalities", Minimum = 0, Maximum = 64)]
    public int ModalityLayers { get; init; } = 2;

    [Option("layers of the hypergraphs", Minimum = 1, Maximum = 64)]
    public int HypergraphLayers { get; init; } = 1;

    [Option("hyperedges H in each modality", Minimum = 1, Maximum = 65_536)]
    public int Hyperedges { get; init; } = 4;

    [Option("temperature τ of the hyperedges' softmax", Minimum = 1e-3)]
    public float HyperedgeTemperature { get; init; } = 0.2f;

    [Option("share of the hypergraphs' entries dropped in training", Minimum = 0, Maximum = 0.99)]
    public float Dropout { get; init; } = 0.5f;

    [Option("add Gumbel noise to the hyperedges' logits in training")]
    public bool GumbelNoise { get; init; } = true;

    [Option("weight α of the global vectors", Minimum = 0)]
    public float GlobalWeight { get; init; } = 0.3f;

    [Option("weight λ_c of the contrastive loss between modalities", Minimum = 0)]
    public float ContrastiveWeight { get; init; } = 1e-4f;

    [Option("temperature τ_c of the contrastive loss", Minimum = 1e-3)]
    public float ContrastiveTemperature { get; init; } = 0.2f;

    [Option("regularization λ", Minimum = 0)]
    public float Regularization { get; init; } = 1e-6f;

    [Option("square the norms in the regularization, as published")]
    public bool SquareNorms { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// LGMRec: local graph convolutions of IDs and modalities, and global hypergraphs of latent attributes. With
/// <c>Z = 1/(L+1) Σ_{l=0..L} Ã^l E</c>, <c>F_m = Ã^{L_m} [R̄ X_m W_m; X_m W_m]</c> (R̄ the mean over a user's items), hyperedges
/// <c>H_m = g(X_m V_m)</c> of items and <c>H'_m = g(R X_m V_m)</c> of users, g a softmax of rows at temperature τ with Gumbel noise:
/// <c>G_m = [H'_m H_mᵀ Z_items; H_m H_mᵀ Z_items]</c>. Users and items are the rows of <c>Z + Σ_m normalize(F_m) + α normalize(Σ_m G_m)</c>,
/// score <c>ŷ_ui</c> their product; objective <c>mean -ln σ(ŷ_ui - ŷ_uj) + λ_c Σ_{m&lt;m'} C_mm' + λ Σ ‖·‖_F / n</c>, the norms those of a
/// batch's n users, positive and negative items, and <c>C_mm' = Σ_u -ln(exp(cos(G_mu, G_m'u)/τ_c) / Σ_v exp(cos(G_mu, G_m'v)/τ_c))</c>
/// over the batch's users and likewise its positive items, v being all users or all items. Z. Guo et al., "LGMRec: Local and Global Graph
/// Learning for Multimodal Recommendation", AAAI 2024.
/// </summary>
/// <remarks>
/// Further hypergraph layers repeat <c>H_m H_mᵀ</c>. Noise and the dropout of H and H' are for training alone; the released program
/// scores with noise. The paper contrasts visual with textual; any number of modalities are contrasted pair by pair, the earlier one as
/// anchor. The paper squares the norms. Features stay as they are, and have no biases.
/// </remarks>
[Recommender("lgmrec", "LGMRec", "AAAI 2024", 2024, NeedsFeatures = true)]
public sealed class LgmRec : Recommender
{
    private readonly LgmRecOptions _options;
    private readonly CsrMatrix _graph;
    private readonly CsrMatrix _userItems;
    private readonly CsrMatrix _userMeans;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Linear[] _transforms;
    private readonly Linear[] _hyperedges;
    private readonly Variable[] _globalUsers;
    private readonly Variable[] _globalItems;
    private readonly Rng _noiseRng;
    private readonly Rng _dropoutRng;
    private (Rng Noise, Rng Dropout) _epoch;

    /// <summary>Builds the graphs and the initial parameters, all Xavier uniform.</summary>
    public LgmRec(RecommenderInputs inputs, LgmRecOptions options)
        : base(inputs)
    {
        IReadOnlyList<Modality> modalities = inputs.Modalities;
        _options = options;
        _graph = BipartiteGraph.Normalized(inputs.Train);
        _userItems = BipartiteGraph.UserItems(inputs.Train);
        _userMeans = BipartiteGraph.UserMeans(inputs.Train);
        _noiseRng = inputs.Rng.Stream("noise");
        _dropoutRng = inputs.Rng.Stream("dropout");
        BeginEpoch(1);

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        _users = new Parameter("users", new Matrix(inputs.Users, d).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, d).XavierUniform(rng));
        _transforms = [.. modalities.Select(m => new Linear($"{m.Name}.transform", m.Dimensions, d, bias: false, rng))];
        _hyperedges = [.. modalities.Select(m => new Linear($"{m.Name}.hyperedges", m.Dimensions, options.Hyperedges, bias: false, rng))];
        foreach (Linear layer in _transforms.Concat(_hyperedges)) layer.Weight.Value.XavierUniform(rng);
        Parameters = [_users, _items, .. _transforms.SelectMany(t => t.Parameters), .. _hyperedges.SelectMany(h => h.Parameters)];
        _globalUsers = new Variable[modalities.Count];
        _globalItems = new Variable[modalities.Count];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch) => _epoch = (_noiseRng.Stream($"epoch {epoch}"), _dropoutRng.Stream($"epoch {epoch}"));

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation final = Forward(tape, training: true);
        Triples triples = Triples.Of(tape, final, batch);
        Variable norms = triples.Norms(tape, _options.SquareNorms);
        Variable ranking = ChosenLoss?.Of(tape, final, batch) ?? triples.RankingLoss(tape);
        Variable loss = tape.Combine(1f, ranking, _options.Regularization, norms);
        for (int m = 0; m < _transforms.Length; m++)
        {
            for (int other = m + 1; other < _transforms.Length; other++)
            {
                Variable ofUsers = Contrast(tape, _globalUsers[m], _globalUsers[other], batch.Users);
                Variable ofItems = Contrast(tape, _globalItems[m], _globalItems[other], batch.Positives);
                loss = tape.Combine(1f, loss, _options.ContrastiveWeight, tape.Add(ofUsers, ofItems));
            }
        }

        return loss;
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape) => Forward(tape, training: false);

    private Representation Forward(Tape tape, bool training)
    {
        int users = Inputs.Users, items = Inputs.Items;
        Variable ids = tape.PropagateMean(_graph, tape.ConcatRows(tape.Use(_users), tape.Use(_items)), _options.Layers);
        Variable local = ids;
        Variable? globals = null;
        for (int m = 0; m < _transforms.Length; m++)
        {
            Variable features = tape.Constant(Inputs.Modalities[m].Features);
            local = tape.Add(local, tape.NormalizeRows(Local(tape, _transforms[m].Apply(tape, features))));
            Variable logits = _hyperedges[m].Apply(tape, features);
            Variable global = Global(tape, m, logits, tape.Rows(ids, users, items), training);
            globals = globals is null ? global : tape.Add(globals, global);
        }

        Variable final = tape.Combine(1f, local, _options.GlobalWeight, tape.NormalizeRows(globals!));
        return new Representation(tape.Rows(final, 0, users), tape.Rows(final, users, items));
    }

    private Variable Local(Tape tape, Variable transformed)
    {
        Variable x = tape.ConcatRows(tape.SparseMatMul(_userMeans, transformed), transformed);
        return tape.PropagatePower(_graph, x, _options.ModalityLayers);
    }

    private Variable Global(Tape tape, int m, Variable logits, Variable items, bool training)
    {
        Variable itemEdges = Hyperedges(tape, logits, training);
        Variable userEdges = Hyperedges(tape, tape.SparseMatMul(_userItems, logits), training);
        Variable propagated = items;
        for (int layer = 0; layer < _options.HypergraphLayers; layer++)
        {
            Variable latent = tape.MatMul(itemEdges, propagated, transposeA: true);
            propagated = tape.MatMul(itemEdges, latent);
            if (layer == _options.HypergraphLayers - 1) _globalUsers[m] = tape.MatMul(userEdges, latent);
        }

        _globalItems[m] = propagated;
        return tape.ConcatRows(_globalUsers[m], propagated);
    }

    private Variable Hyperedges(Tape tape, Variable logits, bool training)
    {
        Rng? noise = training && _options.GumbelNoise ? _epoch.Noise : null;
        Variable edges = tape.GumbelSoftmax(logits, _options.HyperedgeTemperature, noise);
        return training ? tape.Dropout(edges, _options.Dropout, _epoch.Dropout) : edges;
    }

    private Variable Contrast(Tape tape, Variable anchors, Variable others, ReadOnlyMemory<int> rows)
    {
        Variable keys = tape.NormalizeRows(others);
        Variable units = tape.NormalizeRows(tape.Gather(anchors, rows));
        return InfoNce.Sum(tape, units, tape.Gather(keys, rows), keys, _options.ContrastiveTemperature);
    }
}
