namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Bm3"/>.</summary>
public sealed record Bm3Options
{
    [Option("width d of a user's or item's vector; of width 1, normalized vectors would have no gradient", Minimum = 2, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph (paper: 1, 2)", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 1;

    [Option("share of a target vector's elements dropped (paper: 0.3, 0.5)", Minimum = 0, Maximum = 0.99)]
    public float Dropout { get; init; } = 0.3f;

    [Option("weight c of the modalities' losses", Minimum = 0)]
    public float ModalityWeight { get; init; } = 2f;

    [Option("regularization λ (paper: 0.1, 0.01)", Minimum = 0)]
    public float Regularization { get; init; } = 0.1f;

    [Option("square the norms in the regularization, as published")]
    public bool SquareNorms { get; init; }

    [Option("keep the features as they are instead of training them too")]
    public bool FreezeFeatures { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// BM3: learns from positives alone by predicting dropped-out copies of its own vectors. With <c>Z = 1/(L+1) Σ_{l=0..L} Ã^l E</c>,
/// <c>h_u = z_u</c>, <c>h_i = z_i + e_i</c>, <c>t_m = X_m W_m + b_m</c> and the predictor <c>f(h) = h W + b</c>; score
/// <c>ŷ_ui = f(h_u) · f(h_i)</c>; objective
/// <c>D(f(h_u), h_i') + D(f(h_i), h_u') + c Σ_m [D(f(t_mi), h_i') + D(f(t_mi), t_mi')] + λ (‖H_U‖_F + ‖H_I‖_F) / |I|</c>,
/// D(a, b) being <c>mean 1 - cos(a, b)</c> over a batch of pairs (u, i), and h' a copy of h with dropout and without gradient.
/// X. Zhou et al., "Bootstrap Latent Representations for Multi-modal Recommendation", WWW 2023.
/// </summary>
/// <remarks>
/// The paper has two modalities; any number of them enter the sum over m. Negatives of a batch are not used. As in the released
/// program, the features X_m are trained too, from the raw ones on, unless frozen, and the norms are those of all users and items,
/// not squared. Each row of a batch has its own dropout, where the released program drops from whole matrices, so that there an
/// item occurring twice in a batch loses the same elements.
/// </remarks>
[Recommender("bm3", "BM3", "WWW 2023", 2023, NeedsFeatures = true)]
public sealed class Bm3 : Recommender
{
    private readonly Bm3Options _options;
    private readonly CsrMatrix _graph;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Linear _predictor;
    private readonly Projection[] _projections;
    private readonly Rng _dropoutRng;
    private Rng _epochRng;

    /// <summary>
    /// Builds the graph and draws the initial parameters: tables Xavier uniform, weights Xavier normal, biases PyTorch's default.
    /// </summary>
    public Bm3(RecommenderInputs inputs, Bm3Options options)
        : base(inputs)
    {
        _options = options;
        _graph = BipartiteGraph.Normalized(inputs.Train);
        _dropoutRng = inputs.Rng.Stream("dropout");
        _epochRng = _dropoutRng.Stream("epoch 1");
        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        _users = new Parameter("users", new Matrix(inputs.Users, d).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, d).XavierUniform(rng));
        _predictor = new Linear("predictor", d, d, bias: true, rng);
        _projections = [.. inputs.Modalities.Select(m => new Projection(m, d, options.FreezeFeatures, rng))];
        _predictor.Weight.Value.XavierNormal(rng);
        foreach (Projection projection in _projections) projection.Weight.Value.XavierNormal(rng);
        Parameters = [_users, _items, .. _predictor.Parameters, .. _projections.SelectMany(p => p.Parameters)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch) => _epochRng = _dropoutRng.Stream($"epoch {epoch}");

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation online = Online(tape);
        Variable users = tape.Gather(online.Users, batch.Users), items = tape.Gather(online.Items, batch.Positives);
        Variable userTarget = Target(tape, users), itemTarget = Target(tape, items);
        Variable loss = ChosenLoss?.Of(tape, Predicted(tape, online), batch) ?? tape.Add(
            CosineLoss.Of(tape, _predictor.Apply(tape, users), itemTarget),
            CosineLoss.Of(tape, _predictor.Apply(tape, items), userTarget));
        foreach (Projection projection in _projections)
        {
            Variable content = projection.Apply(tape, batch.Positives);
            Variable predicted = _predictor.Apply(tape, content);
            Variable alignment = tape.Add(
                CosineLoss.Of(tape, predicted, itemTarget), CosineLoss.Of(tape, predicted, Target(tape, content)));
            loss = tape.Combine(1f, loss, _options.ModalityWeight, alignment);
        }

        Variable norms = EmbLoss.Of(tape, online.Items.Rows, _options.SquareNorms, online.Users, online.Items);
        return tape.Combine(1f, loss, _options.Regularization, norms);
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape) => Predicted(tape, Online(tape));

    /// <inheritdoc/>
    protected override Variable? GatheredItems(Tape tape) => tape.GatheredByMean(_graph, tape.Use(_users), tape.Use(_items), _options.Layers) is { } gathered
        ? tape.MatMul(gathered, tape.Use(_predictor.Weight)) : null; // the bias stays with what is the user's own, against which it is learned

    private Representation Predicted(Tape tape, Representation online) =>
        new(_predictor.Apply(tape, online.Users), _predictor.Apply(tape, online.Items));

    private Representation Online(Tape tape)
    {
        Variable ids = tape.Use(_items);
        Representation z = tape.PropagateMean(_graph, tape.Use(_users), ids, _options.Layers);
        return z with { Items = tape.Add(z.Items, ids) };
    }

    private Variable Target(Tape tape, Variable online) => tape.Dropout(tape.Detach(online), _options.Dropout, _epochRng);
}
