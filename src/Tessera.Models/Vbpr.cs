namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="Vbpr"/>.</summary>
public sealed record VbprOptions
{
    [Option("width d of an item's ID vector and of its content vector; a user's is twice as wide", Minimum = 1, Maximum = 65_536)]
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
/// VBPR: matrix factorization whose items have a content part beside the ID part. An item's vector is
/// <c>v_i = [e_i ‖ x_i W + b]</c>, x_i its features of all modalities side by side; score <c>ŷ_ui = e_u · v_i</c>; objective
/// <c>mean -ln(1e-10 + σ(ŷ_ui - ŷ_uj)) + λ (‖E_u‖_F + ‖V_i‖_F + ‖V_j‖_F) / n</c>, E_u, V_i, V_j being the vectors of a batch of n
/// triples. R. He and J. McAuley, "VBPR: Visual Bayesian Personalized Ranking from Implicit Feedback", AAAI 2016.
/// </summary>
/// <remarks>
/// The paper has one modality, images, and besides an item bias and a visual bias; later work, which this follows, puts the
/// features of two modalities side by side, and any number can be. The paper squares the norms and adds no 1e-10, and
/// regularizes the weights of the content part where this does its vectors.
/// </remarks>
[Recommender("vbpr", "VBPR", "AAAI 2016", 2016, NeedsFeatures = true)]
public sealed class Vbpr : Recommender, ITwoPartLoss
{
    private readonly VbprOptions _options;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Linear _content;
    private readonly Variable[] _features;

    /// <summary>Draws the initial parameters: tables Xavier uniform, the content weight Xavier normal, its bias 0.</summary>
    public Vbpr(RecommenderInputs inputs, VbprOptions options)
        : base(inputs)
    {
        _options = options;
        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        _users = new Parameter("users", new Matrix(inputs.Users, 2 * d).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, d).XavierUniform(rng));
        _content = new Linear("content", Inputs.Modalities.Sum(m => m.Dimensions), d, bias: true, rng);
        _content.Weight.Value.XavierNormal(rng);
        _content.Bias!.Value.Span.Clear();
        _features = new Variable[Inputs.Modalities.Count];
        Parameters = [_users, _items, .. _content.Parameters];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary><c>id</c> and <c>content</c>.</summary>
    public override IReadOnlyList<string> Chunks { get; } = ["id", "content"];

    Parameter ITwoPartLoss.ItemIds => _items;

    IReadOnlyList<Parameter> ITwoPartLoss.Projections => [_content.Weight];

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Variable users = tape.Gather(tape.Use(_users), batch.Users);
        var triples = new Triples(users, Items(tape, batch.Positives), Items(tape, batch.Negatives));
        Variable ranking = ChosenLoss?.Of(tape, Forward(tape), batch) ?? triples.RankingLoss(tape, guarded: !_options.ExactLogarithm);
        return tape.Combine(1f, ranking, _options.Regularization, triples.Norms(tape, _options.SquareNorms));
    }

    /// <summary>Either half of the vectors ranks as if it were all; the loss of both together is no sum of the two.</summary>
    (Variable Ids, Variable Features) ITwoPartLoss.LossParts(Batch batch, Tape tape)
    {
        int d = _options.EmbeddingSize;
        Representation final = Forward(tape);
        return (Half(0), Half(d));

        Variable Half(int column)
        {
            var half = new Representation(tape.Columns(final.Users, column, d), tape.Columns(final.Items, column, d));
            return ChosenLoss?.Of(tape, half, batch) ?? Triples.Of(tape, half, batch).RankingLoss(tape, guarded: !_options.ExactLogarithm);
        }
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape)
    {
        for (int m = 0; m < _features.Length; m++) _features[m] = tape.Constant(Inputs.Modalities[m].Features);
        return new Representation(tape.Use(_users), Items(tape, tape.Use(_items)));
    }

    /// <summary>An ID part of 0 beside the content part.</summary>
    protected override Variable? ContentVectors(Tape tape, IReadOnlyList<Matrix> features)
    {
        for (int m = 0; m < _features.Length; m++) _features[m] = tape.Constant(features[m]);
        using var noId = new Matrix(features[0].Rows, _options.EmbeddingSize);
        return Items(tape, tape.Constant(noId));
    }

    private Variable Items(Tape tape, ReadOnlyMemory<int> rows)
    {
        for (int m = 0; m < _features.Length; m++) _features[m] = tape.Gather(tape.Constant(Inputs.Modalities[m].Features), rows);
        return Items(tape, tape.Gather(tape.Use(_items), rows));
    }

    private Variable Items(Tape tape, Variable ids) =>
        tape.ConcatColumns([ids, tape.Linear(_features, tape.Use(_content.Weight), tape.Use(_content.Bias!))]);
}
