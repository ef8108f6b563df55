namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Grcn"/>.</summary>
public sealed record GrcnOptions
{
    [Option("width d of a vector of IDs or of one modality; of width 1, normalized vectors would have no gradient", Minimum = 2, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("rounds of routing items' content to users' preferences (paper: 3; commonly measured: 0)", Minimum = 0, Maximum = 64)]
    public int RoutingRounds { get; init; }

    [Option("regularization λ (1e-5 to 0.1)", Minimum = 0)]
    public float Regularization { get; init; } = 1e-3f;

    [Option("regularize the whole preference table of the first modality too, as the released program does")]
    public bool WholeTablePenalty { get; init; } = true;
}
#pragma warning restore CS1591

/// <summary>
/// GRCN: content decides how much each edge of the user-item graph counts, and which are pruned. For each modality m,
/// <c>f = normalize(LeakyReLU(X_m W_m + b_m))</c>, <c>p = normalize(P_m)</c>, <c>x = [p; f]</c>; attention
/// <c>α_m(v→w) = softmax over v near w of x_v·x_w</c>; content <c>y_m = x + Σ_v α_m(v→w) x_v</c>. Edge weight
/// <c>a(v→w) = max(0, max_m α_m(v→w) c_vm)</c>, c the confidence of a node in a modality; with E the normalized ID embeddings,
/// <c>z = E + A E + A² E</c>. Users and items are <c>[z ‖ y_1 ‖ … ‖ y_M]</c>, score <c>ŷ_ui</c> their product; objective
/// <c>mean -ln σ(ŷ_ui - ŷ_uj) + λ (mean e_u² + ½ mean e_i² + ½ mean e_j² + mean P_1² + Σ_m mean P_m[u]²)</c>,
/// e the rows of the IDs. Y. Wei et al., "Graph-Refined Convolutional Network for Multimedia Recommendation with Implicit Feedback",
/// ACM Multimedia 2020.
/// </summary>
/// <remarks>
/// The paper's routing (<see cref="GrcnOptions.RoutingRounds"/>) changes p to <c>normalize(p + Σ_i α(i→u) f_i)</c>, round by round.
/// Its default of none is what the commonly measured implementation comes to: its edges point the other way, so its rounds leave the
/// preferences as they are. Any number of modalities.
/// </remarks>
[Recommender("grcn", "GRCN", "ACM Multimedia 2020", 2020, NeedsFeatures = true)]
public sealed class Grcn : Recommender
{
    private const float LeakySlope = 0.01f;
    private readonly GrcnOptions _options;
    private readonly CsrMatrix _graph;
    private readonly CsrMatrix _userItems;
    private readonly ReadOnlyMemory<int> _sources;
    private readonly Parameter _ids;
    private readonly Parameter _confidences;
    private readonly Parameter[] _preferences;
    private readonly Linear[] _transforms;
    private readonly Variable[] _chunks;
    private readonly Variable[] _attention;

    /// <summary>Builds the graph and the initial parameters: tables and weights Xavier normal, biases PyTorch's default.</summary>
    public Grcn(RecommenderInputs inputs, GrcnOptions options)
        : base(inputs)
    {
        IReadOnlyList<Modality> modalities = inputs.Modalities;
        _options = options;
        _graph = BipartiteGraph.Normalized(inputs.Train);
        _userItems = BipartiteGraph.UserItems(inputs.Train);
        _sources = _graph.ColumnIndices.ToArray();

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize, nodes = _graph.Rows;
        _ids = new Parameter("ids", new Matrix(nodes, d).XavierNormal(rng));
        _confidences = new Parameter("confidences", new Matrix(nodes, modalities.Count).XavierNormal(rng));
        _preferences = [.. modalities.Select(m => new Parameter($"{m.Name}.preferences", new Matrix(inputs.Users, d).XavierNormal(rng)))];
        _transforms = [.. modalities.Select(m => new Linear($"{m.Name}.transform", m.Dimensions, d, bias: true, rng))];
        foreach (Linear transform in _transforms) transform.Weight.Value.XavierNormal(rng);
        Parameters = [_ids, _confidences, .. _preferences, .. _transforms.SelectMany(t => t.Parameters)];
        Chunks = ["id", .. modalities.Select(m => m.Name)];
        _chunks = new Variable[Chunks.Count];
        _attention = new Variable[modalities.Count];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary><c>id</c>, then the modalities' names.</summary>
    public override IReadOnlyList<string> Chunks { get; }

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation final = Forward(tape);
        Variable ranking = ChosenLoss?.Of(tape, final, batch)
            ?? Bpr.Loss(tape, final.Users, final.Items, batch.Users, batch.Positives, batch.Negatives);
        return tape.Combine(1f, ranking, _options.Regularization, Squares(tape, batch));
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape)
    {
        for (int m = 0; m < _attention.Length; m++) (_chunks[m + 1], _attention[m]) = Content(tape, m);
        Variable weights = EdgeWeights(tape);
        Variable z = tape.NormalizeRows(tape.Use(_ids));
        Variable once = tape.EdgeMatMul(_graph, weights, z);
        _chunks[0] = tape.Add(z, tape.EdgeMatMul(_graph, weights, once, addend: once));
        Variable final = tape.ConcatColumns(_chunks);
        return new Representation(tape.Rows(final, 0, Inputs.Users), tape.Rows(final, Inputs.Users, Inputs.Items));
    }

    // Content vectors of all nodes, and the attention of each edge.
    private (Variable Content, Variable Attention) Content(Tape tape, int m)
    {
        Variable raw = tape.Constant(Inputs.Modalities[m].Features);
        Variable features = tape.NormalizeRows(_transforms[m].Apply(tape, raw, LeakySlope));
        Variable preferences = tape.NormalizeRows(tape.Use(_preferences[m]));
        for (int round = 0; round < _options.RoutingRounds; round++)
        {
            Variable routing = tape.SegmentSoftmax(_userItems, tape.EdgeDots(_userItems, preferences, features));
            preferences = tape.NormalizeRows(tape.EdgeMatMul(_userItems, routing, features, addend: preferences));
        }

        Variable x = tape.ConcatRows(preferences, features);
        Variable attention = tape.SegmentSoftmax(_graph, tape.EdgeDots(_graph, x, x));
        return (tape.EdgeMatMul(_graph, attention, x, addend: x), attention);
    }

    private Variable EdgeWeights(Tape tape)
    {
        Variable confidences = tape.Gather(tape.Use(_confidences), _sources);
        Variable weighted = tape.Multiply(tape.ConcatColumns(_attention), confidences);
        Variable largest = tape.Columns(weighted, 0, 1);
        for (int m = 1; m < _attention.Length; m++)
        {
            // max(a, b) = a + max(b - a, 0)
            Variable excess = tape.Combine(1f, tape.Columns(weighted, m, 1), -1f, largest);
            largest = tape.Add(largest, tape.Relu(excess));
        }

        return tape.Relu(largest);
    }

    private Variable Squares(Tape tape, Batch batch)
    {
        Variable ids = tape.Use(_ids), items = tape.Rows(ids, Inputs.Users, Inputs.Items);
        Variable itemSquares = tape.Combine(
            0.5f, tape.MeanSquare(tape.Gather(items, batch.Positives)), 0.5f, tape.MeanSquare(tape.Gather(items, batch.Negatives)));
        Variable squares = tape.Add(tape.MeanSquare(tape.Gather(ids, batch.Users)), itemSquares);
        foreach (Parameter preference in _preferences)
            squares = tape.Add(squares, tape.MeanSquare(tape.Gather(tape.Use(preference), batch.Users)));
        return _options.WholeTablePenalty ? tape.Add(squares, tape.MeanSquare(tape.Use(_preferences[0]))) : squares;
    }
}
