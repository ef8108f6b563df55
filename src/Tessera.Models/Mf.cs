namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Mf"/>.</summary>
public sealed record MfOptions
{
    [Option("width d of a user's or item's vector", Minimum = 1, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("regularization λ", Minimum = 0)]
    public float Regularization { get; init; } = 0.1f;

    [Option("square the norms in the regularization, as published")]
    public bool SquareNorms { get; init; }

    [Option("take -ln σ(d) as published, without 1e-10 added to σ(d)")]
    public bool ExactLogarithm { get; init; }
}
#pragma warning restore CS1591

/// <summary>
/// BPR-MF: matrix factorization trained by Bayesian personalized ranking. Score <c>ŷ_ui = e_u · e_i</c>; objective
/// <c>mean -ln(1e-10 + σ(ŷ_ui - ŷ_uj)) + λ (‖E_u‖_F + ‖E_i‖_F + ‖E_j‖_F) / n</c>, E_u, E_i, E_j being the rows of a batch of n
/// triples. S. Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009.
/// </summary>
/// <remarks>
/// The paper squares the norms and adds no 1e-10; the implementations that are commonly measured differ. Uses no modality.
/// </remarks>
[Recommender("mf", "MF", "UAI 2009", 2009)]
public sealed class Mf : Recommender
{
    private readonly MfOptions _options;
    private readonly Parameter _users;
    private readonly Parameter _items;

    /// <summary>Draws the initial parameters: Xavier normal.</summary>
    public Mf(RecommenderInputs inputs, MfOptions options)
        : base(inputs)
    {
        _options = options;
        Rng rng = inputs.Rng.Stream("initialization");
        _users = new Parameter("users", new Matrix(inputs.Users, options.EmbeddingSize).XavierNormal(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, options.EmbeddingSize).XavierNormal(rng));
        Parameters = [_users, _items];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation final = Forward(tape);
        Triples triples = Triples.Of(tape, final, batch);
        Variable ranking = ChosenLoss?.Of(tape, final, batch) ?? triples.RankingLoss(tape, guarded: !_options.ExactLogarithm);
        return tape.Combine(1f, ranking, _options.Regularization, triples.Norms(tape, _options.SquareNorms));
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape) =>
        new Representation(tape.Use(_users), tape.Use(_items));
}
