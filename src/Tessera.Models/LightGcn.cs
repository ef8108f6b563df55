namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="LightGcn"/>.</summary>
public sealed record LightGcnOptions
{
    [Option("width d of a user's or item's vector", Minimum = 1, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph (paper: 1 to 4)", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 3;

    [Option("regularization λ (paper: 1e-6 to 1e-2)", Minimum = 0)]
    public float Regularization { get; init; } = 1e-4f;

    [Option("square the norms in the regularization, as published")]
    public bool SquareNorms { get; init; }

    [Option("take -ln σ(d) as published, without 1e-10 added to σ(d)")]
    public bool ExactLogarithm { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// LightGCN: embeddings smoothed over the user-item graph. With E the user embeddings over the item embeddings,
/// <c>Z = 1/(L+1) Σ_{l=0..L} Ã^l E</c>; score <c>ŷ_ui = z_u · z_i</c>; objective
/// <c>mean -ln(1e-10 + σ(ŷ_ui - ŷ_uj)) + λ (‖E_u‖_F + ‖E_i‖_F + ‖E_j‖_F) / n</c>, E_u, E_i, E_j being the rows of E of a batch of n
/// triples. X. He et al., "LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation", SIGIR 2020.
/// </summary>
/// <remarks>
/// The paper squares the norms and adds no 1e-10; the implementations that are commonly measured differ. Uses no modality.
/// </remarks>
[Recommender("lightgcn", "LightGCN", "SIGIR 2020", 2020)]
public sealed class LightGcn : Recommender
{
    private readonly LightGcnOptions _options;
    private readonly CsrMatrix _graph;
    private readonly Parameter _users;
    private readonly Parameter _items;

    /// <summary>Builds the graph and draws the initial parameters: Xavier uniform.</summary>
    public LightGcn(RecommenderInputs inputs, LightGcnOptions options)
        : base(inputs)
    {
        _options = options;
        _graph = BipartiteGraph.Normalized(inputs.Train);
        Rng rng = inputs.Rng.Stream("initialization");
        _users = new Parameter("users", new Matrix(inputs.Users, options.EmbeddingSize).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, options.EmbeddingSize).XavierUniform(rng));
        Parameters = [_users, _items];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation final = Forward(tape);
        Variable ranking = ChosenLoss?.Of(tape, final, batch) ?? Triples.Of(tape, final, batch).RankingLoss(tape, guarded: !_options.ExactLogarithm);
        Variable norms = Triples.Of(tape, tape.Use(_users), tape.Use(_items), batch).Norms(tape, _options.SquareNorms);
        return tape.Combine(1f, ranking, _options.Regularization, norms);
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape) =>
        tape.PropagateMean(_graph, tape.Use(_users), tape.Use(_items), _options.Layers);

    /// <inheritdoc/>
    protected override Variable? GatheredItems(Tape tape) => tape.GatheredByMean(_graph, tape.Use(_users), tape.Use(_items), _options.Layers);
}
