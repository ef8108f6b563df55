namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="LirdRec"/>.</summary>
public sealed record LirdRecOptions
{
    [Option("width d of a vector in one latent modality; of width 1, normalized vectors would have no gradient", Minimum = 2, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph (paper: 2, 3, 4)", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 2;

    [Option("layers of the item-item graph", Minimum = 0, Maximum = 64)]
    public int ItemLayers { get; init; } = 1;

    [Option("neighbors k of an item in the item-item graph, itself included", Minimum = 1)]
    public int Neighbors { get; init; } = 10;

    [Option(
        "weight of each modality in the item-item graph, adding up to 1; unset: image 0.1, the others share the rest",
        Minimum = 0, Maximum = 1)]
    public IReadOnlyDictionary<string, float>? ItemGraphWeights { get; init; }

    [Option("regularization λ, eq. (22) (paper: 1e-2, 1e-3, 1e-4)", Minimum = 0)]
    public float Regularization { get; init; } = 1e-3f;

    [Option(
        "decay rate τ of progressive weight copying, eq. (19): the nets' share at the start (paper: 0.9, 0.95, 0.99)",
        Minimum = 0, Maximum = 1)]
    public float DecayRate { get; init; } = 0.9f;

    [Option("decay base b of progressive weight copying, eq. (19)", Minimum = 0, Maximum = 1)]
    public float DecayBase { get; init; } = 0.9f;

    [Option("share of user-item edges pruned in each epoch", Minimum = 0, Maximum = 0.99)]
    public float Dropout { get; init; }

    [Option("what the cosine transform of the shared input is taken of, eq. (12), or a control in its place (learned, random-orthogonal)")]
    public DctMode Dct { get; init; } = DctMode.Item2d;

    [Option("where a user's weights of the latent modalities come from: progressive weight copying as published (pwc), or a control in its place")]
    public FusionMode Fusion { get; init; } = FusionMode.Pwc;

    [Option("have the latent modality that all share, eqs. (12), (13); false is the paper's ablation w/o DCT")]
    public bool SharedChunk { get; init; } = true;

    [Option("have a latent modality of item IDs, too, which the paper does without")]
    public bool IdChunk { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// LIRDRec: item vectors learned directly from multimodal features, without item IDs.
/// Score <c>ŷ_ui = û_u · î_i</c>; objective <c>mean -ln σ(ŷ_ui - ŷ_uj) + λ (mean Û² + mean Î²)</c>.
/// X. Zhou et al., "Learning Item Representations Directly from Multimodal Features for Effective Recommendation",
/// arXiv 2505.04960, 2025. Equation numbers are the paper's.
/// </summary>
/// <remarks>
/// There are C = M + 1 chunks (latent modalities): one for each of the M modalities, and one they share, as far as options leave it and add
/// none. Evaluation recomputes
/// the vectors from the current parameters, where the released program scores with those of the last training step.
/// The cosine transform of an item's vector on its grid is a product, <c>DCT(X) = X (C_p ⊗ C_q)ᵀ</c>, so it is applied to the shared
/// encoder's weights, <c>DCT(X) W = X ((C_p ⊗ C_q)ᵀ W)</c>, and no second copy of the features exists. The other readings transform
/// the features themselves, at the first forward pass, and keep them beside the raw ones.
/// </remarks>
[Recommender("lirdrec", "LIRDRec", "arXiv 2505.04960", 2025, NeedsFeatures = true)]
public sealed partial class LirdRec : Recommender
{
    private const float LeakySlope = 0.01f;
    private static readonly string[] NoNames = [];
    private readonly LirdRecOptions _options;
    private readonly PrunedGraph _userItemGraph;
    private readonly CsrMatrix _itemGraph;
    private readonly Parameter[] _preferences;
    private readonly Encoders _encoders;
    private readonly Fusion _fusion;
    private readonly Parameter? _itemIds; // with idChunk alone
    private readonly Matrix[] _features;
    private readonly Variable[] _users;
    private readonly Variable[] _items;

    /// <summary>Builds the graphs and the initial parameters.</summary>
    /// <exception cref="InvalidInputException">The graph weights do not fit the modalities, pruning leaves no edge, or an option does nothing with the others.</exception>
    public LirdRec(RecommenderInputs inputs, LirdRecOptions options)
        : base(inputs)
    {
        RefuseIdle(options);
        _options = options;
        _userItemGraph = new PrunedGraph(inputs.Train, options.Dropout, inputs.Rng.Stream("edges"));
        _itemGraph = ItemGraph.Frozen(inputs.Modalities, options.ItemGraphWeights, options.Neighbors, inputs.NeighborGraphs);

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        Chunks = [.. inputs.Modalities.Select(m => m.Name), .. options.SharedChunk ? ["shared"] : NoNames, .. options.IdChunk ? ["id"] : NoNames];
        _preferences = [.. Chunks.Select(c => new Parameter($"preference.{c}", new Matrix(inputs.Users, d).XavierNormal(rng)))];
        _encoders = Own(new Encoders(inputs.Modalities, options, rng, inputs.Rng.Stream("bases")));
        _fusion = Own(new Fusion(options, inputs.Users, Chunks, rng));
        _itemIds = options.IdChunk ? new Parameter("items", new Matrix(inputs.Items, d).XavierNormal(rng)) : null;
        Parameters = [.. _preferences, .. _encoders.Parameters, .. _fusion.Parameters, .. _itemIds is null ? Array.Empty<Parameter>() : [_itemIds]];
        Buffers = [.. _fusion.Buffers, .. _encoders.Buffers];
        _features = new Matrix[inputs.Modalities.Count];
        _users = new Variable[Chunks.Count];
        _items = new Variable[Chunks.Count];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// With progressive weight copying the fusion weights β of the last batch, <c>[|U| x C]</c>, and the pair (w1, w2), <c>[1 x 2]</c>; with
    /// random bases those.
    /// </summary>
    public override IReadOnlyList<(string Name, Matrix Value)> Buffers { get; }

    /// <summary>The modalities' names, then <c>shared</c> and <c>id</c>, as far as the options have them.</summary>
    public override IReadOnlyList<string> Chunks { get; }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, float>? ContentWeights => _options.ItemGraphWeights;

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch)
    {
        _fusion.BeginEpoch(epoch);
        _userItemGraph.BeginEpoch(epoch);
    }

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation final = Forward(tape, _userItemGraph.OfEpoch);
        _fusion.Keep(tape.Device, final.ChunkWeights);

        // Eqs. (21), (22): BPR over the batch, if no other loss is chosen; squares over all users and items.
        Variable ranking = ChosenLoss?.Of(tape, final, batch)
            ?? Bpr.Loss(tape, final.Users, final.Items, batch.Users, batch.Positives, batch.Negatives);
        Variable squares = tape.Add(tape.MeanSquare(final.Users), tape.MeanSquare(final.Items));
        return tape.Combine(1f, ranking, _options.Regularization, squares);
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape) => Forward(tape, _userItemGraph.Whole);

    /// <inheritdoc/>
    protected override Variable? ContentVectors(Tape tape, IReadOnlyList<Matrix> features)
    {
        if (_encoders.MixItems)
            throw new InvalidInputException("The transform matrix-2d runs over the items too, so that each item's vector depends on all; train with dct=item-2d to encode items by themselves.");
        _encoders.Encode(tape, features, _items);
        using var noId = new Matrix(features[0].Rows, _options.EmbeddingSize);
        if (_itemIds is not null) _items[^1] = tape.Constant(noId);
        return tape.ConcatColumns([.. _items.Select(chunk => tape.NormalizeRows(chunk))]);
    }

    /// <inheritdoc/>
    protected override Variable? GatheredItems(Tape tape)
    {
        if (_options.Layers == 0) return null;
        Variable z = tape.PropagateSum(_userItemGraph.Whole, UsersOverItems(tape), _options.Layers - 1);
        return tape.Rows(z, Inputs.Users, Inputs.Items);
    }

    /// <summary>Refuses options that are set and do nothing with the others.</summary>
    private static void RefuseIdle(LirdRecOptions options)
    {
        var defaults = new LirdRecOptions();
        string? ofCopying = options.DecayRate != defaults.DecayRate ? "decayRate" : options.DecayBase != defaults.DecayBase ? "decayBase" : null;
        if (ofCopying is not null && options.Fusion != FusionMode.Pwc)
            throw new InvalidInputException($"The option '{ofCopying}' does nothing without fusion=pwc; leave it out, or choose fusion=pwc.");
        if (options.Dct != defaults.Dct && !options.SharedChunk)
            throw new InvalidInputException("The option 'dct' does nothing with sharedChunk=false; leave it out, or choose sharedChunk=true.");
    }

    private Representation Forward(Tape tape, CsrMatrix userItemGraph)
    {
        // Eqs. (15), (16): users over items, chunk beside chunk, rows normalized; summed over the layers of the graph.
        Variable z = tape.PropagateSum(userItemGraph, UsersOverItems(tape), _options.Layers);
        Variable users = tape.Rows(z, 0, Inputs.Users), items = tape.Rows(z, Inputs.Users, Inputs.Items);

        // Eq. (17): items plus what the item-item graph propagates to them.
        Variable finalItems = tape.PropagatePower(_itemGraph, items, _options.ItemLayers, addend: items);

        Variable? weights = _fusion.Weights(tape, users);
        return new Representation(weights is null ? users : tape.ScaleChunks(users, weights), finalItems, weights);
    }

    private Variable UsersOverItems(Tape tape)
    {
        for (int m = 0; m < _features.Length; m++) _features[m] = Inputs.Modalities[m].Features;
        _encoders.Encode(tape, _features, _items);
        if (_itemIds is not null) _items[^1] = tape.Use(_itemIds);
        for (int c = 0; c < _users.Length; c++) _users[c] = tape.Use(_preferences[c]);
        return tape.StackNormalized(_users, _items);
    }
}
