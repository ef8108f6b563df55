namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="SlmRec"/>.</summary>
public sealed record SlmRecOptions
{
    [Option("width d of a user's or item's vector; of width 1, normalized vectors would have no gradient", Minimum = 2, Maximum = 65_536)]
    public int EmbeddingSize { get; init; } = 64;

    [Option("layers L of the user-item graph", Minimum = 0, Maximum = 64)]
    public int Layers { get; init; } = 3;

    [Option("temperature τ of the main loss", Minimum = 1e-3)]
    public float MainTemperature { get; init; } = 0.2f;

    [Option("temperature τ' of the self-supervised task", Minimum = 1e-3)]
    public float SelfSupervisedTemperature { get; init; } = 0.5f;

    [Option("weight α of the self-supervised task", Minimum = 0)]
    public float SelfSupervisedWeight { get; init; } = 0.1f;

    [Option("with two modalities, keep the layer for a third between them, as the released programs do")]
    public bool SpareLayer { get; init; } = true;
}
#pragma warning restore CS1591

/// <summary>
/// SLMRec: one graph convolution for IDs and one for each modality, and self-supervision across them. With
/// <c>Z_c = 1/(L+1) Σ_{l=0..L} Ã^l [E_users; C_c]</c>, <c>C_0</c> the item embeddings and <c>C_m = normalize(X_m) W_m + b_m</c>, users are
/// <c>û = [z_0 ‖ … ‖ z_M] W_u + b_u</c> and items <c>î</c> likewise with W_i, b_i; score <c>ŷ_ui = û_u · î_i</c>; objective
/// <c>mean_r -ln(exp(cos(û_r, î_r)/τ) / Σ_s exp(cos(û_r, î_s)/τ)) + α Σ_m CE(x_m y_mᵀ / τ')</c>, r and s over the batch, CE the mean
/// cross-entropy of each row with its own column, <c>x_m = g_m(x_{m-1})</c>, <c>x_0</c> the items' ID part and <c>y_m = h_m(z_m)</c> their
/// part of modality m, g and h linear. Z. Tao et al., "Self-Supervised Learning for Multimedia Recommendation", IEEE Transactions on
/// Multimedia 2023.
/// </summary>
/// <remarks>
/// The self-supervised task is the paper's feature alignment (FAC). The negatives of a batch are not used. The paper's modalities
/// are visual, acoustic and textual; any number enters the chain in the order of the data, the last at width d/2 if it is not the
/// only one, and of two the second linear layer g_2 follows one more, which the original has for the third. The released program
/// passes scores through a sigmoid, which leaves their order as it is, so they are not here.
/// </remarks>
[Recommender("slmrec", "SLMRec", "IEEE Transactions on Multimedia 2023", 2023, NeedsFeatures = true)]
public sealed class SlmRec : Recommender
{
    private readonly SlmRecOptions _options;
    private readonly CsrMatrix _graph;
    private readonly Matrix[] _inverseNorms;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Linear[] _transforms;
    private readonly Linear _userFusion;
    private readonly Linear _itemFusion;
    private readonly Linear[] _chain;
    private readonly Linear? _spare;
    private readonly Linear[] _heads;
    private readonly Variable[] _userParts;
    private readonly Variable[] _itemParts;

    /// <summary>Builds the graph and the initial parameters: weights Xavier uniform, biases PyTorch's default.</summary>
    public SlmRec(RecommenderInputs inputs, SlmRecOptions options)
        : base(inputs)
    {
        IReadOnlyList<Modality> modalities = inputs.Modalities;
        _options = options;
        _graph = BipartiteGraph.Normalized(inputs.Train);
        _inverseNorms = [.. modalities.Select(m => Own(InverseNorms(m)))];

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize, last = modalities.Count - 1;
        int[] widths = [.. modalities.Select((_, m) => m == last && m > 0 ? Math.Max(1, d / 2) : d)];
        _users = new Parameter("users", new Matrix(inputs.Users, d).XavierUniform(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, d).XavierUniform(rng));
        _transforms = [.. modalities.Select(m => Layer($"{m.Name}.transform", m.Dimensions, d, rng))];
        _userFusion = Layer("fusion.users", (last + 2) * d, d, rng);
        _itemFusion = Layer("fusion.items", (last + 2) * d, d, rng);
        _chain = [.. modalities.Select((m, n) => Layer($"chain.{m.Name}", d, widths[n], rng))];
        _heads = [.. modalities.Select((m, n) => Layer($"{m.Name}.head", d, widths[n], rng))];
        _spare = options.SpareLayer && last == 1 ? Layer("chain.spare", d, d, rng) : null;
        Linear[] layers = [.. _transforms, _userFusion, _itemFusion, .. _chain, .. _heads];
        Parameters = [_users, _items, .. layers.SelectMany(layer => layer.Parameters), .. _spare?.Parameters ?? []];
        _userParts = new Variable[last + 2];
        _itemParts = new Variable[last + 2];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation parts = Propagated(tape);
        Variable itemParts = tape.Gather(parts.Items, batch.Positives);
        Variable main = ChosenLoss?.Of(tape, Fused(tape, parts), batch) ?? MainLoss(tape, tape.Gather(parts.Users, batch.Users), itemParts);
        return tape.Combine(1f, main, _options.SelfSupervisedWeight, Alignment(tape, itemParts));
    }

    /// <inheritdoc/>
    protected override Representation Forward(Tape tape) => Fused(tape, Propagated(tape));

    /// <inheritdoc/>
    protected override Variable? GatheredItems(Tape tape)
    {
        (Variable users, Variable items) = Parts(tape);
        return tape.GatheredByMean(_graph, users, items, _options.Layers) is { } gathered ? tape.MatMul(gathered, tape.Use(_userFusion.Weight)) : null; // the bias stays with what is the user's own, against which it is learned
    }

    private Representation Fused(Tape tape, Representation parts) =>
        new(_userFusion.Apply(tape, parts.Users), _itemFusion.Apply(tape, parts.Items));

    // Each user's item against the batch's.
    private Variable MainLoss(Tape tape, Variable userParts, Variable itemParts)
    {
        Variable users = tape.NormalizeRows(_userFusion.Apply(tape, userParts));
        Variable items = tape.NormalizeRows(_itemFusion.Apply(tape, itemParts));
        return InfoNce.Mean(tape, users, items, items, _options.MainTemperature);
    }

    // The graph convolutions of IDs and modalities side by side: [|U| x (M+1)d] and [|I| x (M+1)d].
    private Representation Propagated(Tape tape)
    {
        (Variable users, Variable items) = Parts(tape);
        return tape.PropagateMean(_graph, users, items, _options.Layers);
    }

    private (Variable Users, Variable Items) Parts(Tape tape)
    {
        Array.Fill(_userParts, tape.Use(_users));
        _itemParts[0] = tape.Use(_items);
        for (int m = 0; m < _transforms.Length; m++)
        {
            // normalize(X) W = diag(1/‖x‖) (X W): no second copy of the features.
            Variable projected = tape.MatMul(tape.Constant(Inputs.Modalities[m].Features), tape.Use(_transforms[m].Weight));
            Variable scaled = tape.ScaleChunks(projected, tape.Constant(_inverseNorms[m]));
            _itemParts[m + 1] = tape.BiasActivation(scaled, tape.Use(_transforms[m].Bias!));
        }

        return (tape.ConcatColumns(_userParts), tape.ConcatColumns(_itemParts));
    }

    private Variable Alignment(Tape tape, Variable parts)
    {
        int d = _options.EmbeddingSize;
        Variable x = tape.Columns(parts, 0, d);
        Variable? sum = null;
        for (int m = 0; m < _chain.Length; m++)
        {
            if (m == 1 && _spare is not null) x = _spare.Apply(tape, x);
            x = _chain[m].Apply(tape, x);
            Variable y = _heads[m].Apply(tape, tape.Columns(parts, (m + 1) * d, d));
            Variable entropy = InfoNce.Mean(tape, x, y, y, _options.SelfSupervisedTemperature);
            sum = sum is null ? entropy : tape.Add(sum, entropy);
        }

        return sum!;
    }

    private static Linear Layer(string name, int inputs, int outputs, Rng rng)
    {
        var layer = new Linear(name, inputs, outputs, bias: true, rng);
        layer.Weight.Value.XavierUniform(rng);
        return layer;
    }

    private static Matrix InverseNorms(Modality modality)
    {
        const double smallestNorm = 1e-12;
        var norms = new Matrix(modality.Features.Rows, 1);
        for (int item = 0; item < norms.Rows; item++)
        {
            double sum = 0;
            foreach (float value in modality.Features.Row(item)) sum += (double)value * value;
            norms.Span[item] = (float)(1 / Math.Max(Math.Sqrt(sum), smallestNorm));
        }

        return norms;
    }
}
