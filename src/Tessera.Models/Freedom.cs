namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Freedom"/>.</summary>
public sealed record FreedomOptions
{
    [Option("width d of a user's or item's vector", Minimum = 1, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 2;

    [Option("layers of the item-item graph", Minimum = 1, Maximum = 64)]
    public int ItemLayers { get; init; } = 1;

    [Option("neighbors k of an item in the item-item graph, itself included", Minimum = 1)]
    public int Neighbors { get; init; } = 10;

    [Option(
        "weight of each modality in the item-item graph, adding up to 1; unset: image 0.1, the others share the rest",
        Minimum = 0, Maximum = 1)]
    public IReadOnlyDictionary<string, float>? ItemGraphWeights { get; init; }

    [Option("weight λ of the modalities' ranking losses (paper: 0, 1e-5, 1e-4, 1e-3)", Minimum = 0)]
    public float ModalityWeight { get; init; } = 1e-3f;

    [Option("share of user-item edges pruned in each epoch (paper: 0.8, 0.9)", Minimum = 0, Maximum = 0.99)]
    public float Dropout { get; init; } = 0.8f;

    [Option("keep the features as they are instead of training them too")]
    public bool FreezeFeatures { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// FREEDOM: a frozen item-item graph and a denoised user-item graph. With <c>Z = 1/(L+1) Σ_{l=0..L} Ã^l E</c> and the item graph
/// S, a user's vector is <c>z_u</c> and an item's <c>z_i + (S^n E_items)_i</c>; score <c>ŷ_ui</c> their product; objective
/// <c>mean -ln σ(ŷ_ui - ŷ_uj) + λ Σ_m mean -ln σ(z_u·t_mi - z_u·t_mj)</c>, <c>t_m = X_m W_m + b_m</c>. X. Zhou and Z. Shen, "A Tale of
/// Two Graphs: Freezing and Denoising Graph Structures for Multimodal Recommendation", ACM Multimedia 2023.
/// </summary>
/// <remarks>
/// In training, each epoch prunes the user-item graph afresh; evaluation takes the whole graph. The
/// paper has two modalities; any number of them enter the item graph and the sum over m. As in the released program, the features
/// X_m are trained too, from the raw ones on, unless frozen; the item graph stays that of the raw ones. The biases b_m cancel in the
/// objective and keep their initial values.
/// </remarks>
[Recommender("freedom", "FREEDOM", "ACM Multimedia 2023", 2023, NeedsFeatures = true)]
public sealed class Freedom : Recommender, ITwoPartLoss
{
    private readonly FreedomOptions _options;
    private readonly PrunedGraph _userItemGraph;
    private readonly CsrMatrix _itemGraph;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Projection[] _projections;

    /// <summary>Builds the graphs and the initial parameters: tables Xavier uniform, transforms PyTorch's default.</summary>
    /// <exception cref="InvalidInputException">The graph weights do not fit the modalities, or pruning leaves no edge.</exception>
    public Freedom(RecommenderInputs inputs, FreedomOptions options)
        : base(inputs)
    {
        _options = options;
        _userItemGraph = new PrunedGraph(inputs.Train, options.Dropout, inputs.Rng.Stream("edges"));
        _itemGraph = ItemGraph.Frozen(inputs.Modalities, options.ItemGraphWeights, options.Neighbors, inputs.NeighborGraphs);

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        _users = new Parameter("users", new Matrix(inputs.Users, d).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, d).XavierUniform(rng));
        _projections = [.. inputs.Modalities.Select(m => new Projection(m, d, options.FreezeFeatures, rng))];
        Parameters = [_users, _items, .. _projections.SelectMany(p => p.Parameters)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, float>? ContentWeights => _options.ItemGraphWeights;

    Parameter ITwoPartLoss.ItemIds => _items;

    IReadOnlyList<Parameter> ITwoPartLoss.Projections => [.. _projections.Select(projection => projection.Weight)];

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch) => _userItemGraph.BeginEpoch(epoch);

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation final = Forward(tape, _userItemGraph.OfEpoch);
        Variable loss = OfIds(tape, final, batch), users = tape.Gather(final.Users, batch.Users);
        foreach (Projection projection in _projections) loss = tape.Combine(1f, loss, _options.ModalityWeight, OfModality(tape, users, projection, batch));
        return loss;
    }

    /// <summary>The two add up to the loss.</summary>
    (Variable Ids, Variable Features) ITwoPartLoss.LossParts(Batch batch, Tape tape)
    {
        Representation final = Forward(tape, _userItemGraph.OfEpoch);
        Variable users = tape.Gather(final.Users, batch.Users);
        Variable modalities = _projections.Select(projection => OfModality(tape, users, projection, batch)).Aggregate((sum, one) => tape.Add(sum, one));
        return (OfIds(tape, final, batch), tape.Scale(_options.ModalityWeight, modalities));
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape) => Forward(tape, _userItemGraph.Whole);

    /// <inheritdoc/>
    protected override Variable? GatheredItems(Tape tape) => tape.GatheredByMean(_userItemGraph.Whole, tape.Use(_users), tape.Use(_items), _options.Layers);

    private Variable OfIds(Tape tape, Representation final, Batch batch) =>
        ChosenLoss?.Of(tape, final, batch) ?? Bpr.Loss(tape, final.Users, final.Items, batch.Users, batch.Positives, batch.Negatives);

    private static Variable OfModality(Tape tape, Variable users, Projection projection, Batch batch) =>
        Bpr.LossOfVectors(tape, users, projection.Apply(tape, batch.Positives), projection.Apply(tape, batch.Negatives));

    private Representation Forward(Tape tape, CsrMatrix userItemGraph)
    {
        Variable ids = tape.Use(_items);
        Representation z = tape.PropagateMean(userItemGraph, tape.Use(_users), ids, _options.Layers);
        return z with { Items = tape.PropagatePower(_itemGraph, ids, _options.ItemLayers, addend: z.Items) };
    }
}
