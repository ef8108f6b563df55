using Tessera.Compute.Devices;

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

    [Option("what the cosine transform is taken of, eq. (12)")]
    public DctMode Dct { get; init; } = DctMode.Item2d;
}
#pragma warning restore CS1591

/// <summary>
/// LIRDRec: item vectors learned directly from multimodal features, without item IDs.
/// Score <c>ŷ_ui = û_u · î_i</c>; objective <c>mean -ln σ(ŷ_ui - ŷ_uj) + λ (mean Û² + mean Î²)</c>.
/// X. Zhou et al., "Learning Item Representations Directly from Multimodal Features for Effective Recommendation",
/// arXiv 2505.04960, 2025. Equation numbers are the paper's.
/// </summary>
/// <remarks>
/// There are C = M + 1 chunks (latent modalities): one for each of the M modalities, and one they share. Evaluation recomputes
/// the vectors from the current parameters, where the released program scores with those of the last training step.
/// The cosine transform of an item's vector on its grid is a product, <c>DCT(X) = X (C_p ⊗ C_q)ᵀ</c>, so it is applied to the shared
/// encoder's weights, <c>DCT(X) W = X ((C_p ⊗ C_q)ᵀ W)</c>, and no second copy of the features exists. The other readings transform
/// the features themselves, at the first forward pass, and keep them beside the raw ones.
/// </remarks>
[Recommender("lirdrec", "LIRDRec", "arXiv 2505.04960", 2025, NeedsFeatures = true)]
public sealed class LirdRec : Recommender
{
    private const float LeakySlope = 0.01f;
    private readonly LirdRecOptions _options;
    private readonly PrunedGraph _userItemGraph;
    private readonly CsrMatrix _itemGraph;
    private readonly Encoder[] _specific;
    private readonly Encoder _shared;
    private readonly (Matrix P, Matrix Q)[] _gridBases;
    private readonly Matrix[] _features;
    private readonly Matrix[] _transformed; // made when first used
    private readonly Parameter[] _preferences;
    private readonly FusionNet[] _fusionNets;
    private readonly Parameter _target;
    private readonly Matrix _lastWeights;
    private readonly Matrix _copying;
    private readonly Variable[] _users;
    private readonly Variable[] _items;

    /// <summary>Builds the graphs and the initial parameters.</summary>
    /// <exception cref="InvalidInputException">The graph weights do not fit the modalities, or pruning leaves no edge.</exception>
    public LirdRec(RecommenderInputs inputs, LirdRecOptions options)
        : base(inputs)
    {
        _options = options;
        _userItemGraph = new PrunedGraph(inputs.Train, options.Dropout, inputs.Rng.Stream("edges"));
        _itemGraph = ItemGraph.Frozen(inputs.Modalities, options.ItemGraphWeights, options.Neighbors, inputs.NeighborGraphs);

        Rng rng = inputs.Rng.Stream("initialization");
        int d = options.EmbeddingSize;
        string[] modalities = [.. inputs.Modalities.Select(m => m.Name)];
        Chunks = [.. modalities, "shared"];
        _preferences = [.. Chunks.Select(c => new Parameter($"preference.{c}", new Matrix(inputs.Users, d).XavierNormal(rng)))];
        _specific = [.. inputs.Modalities.Select(m => new Encoder(m.Name, m.Dimensions, d, rng))];
        _shared = new Encoder("shared", inputs.Modalities.Sum(m => m.Dimensions), d, rng);
        _target = new Parameter("fusion.target", new Matrix(inputs.Users, Chunks.Count).XavierNormal(rng));
        _fusionNets = [.. Chunks.Select(c => new FusionNet($"fusion.{c}", d, rng))];
        Parameters =
        [
            .. _preferences, .. _specific.SelectMany(e => e.Parameters), .. _shared.Parameters,
            _target, .. _fusionNets.SelectMany(n => n.Parameters),
        ];

        _gridBases = options.Dct == DctMode.Item2d ? [.. inputs.Modalities.Select(m => GridBases(m.Dimensions))] : [];
        _features = new Matrix[inputs.Modalities.Count];
        _transformed = new Matrix[inputs.Modalities.Count];
        _lastWeights = new Matrix(inputs.Users, Chunks.Count);
        _copying = Matrix.From(new[,] { { options.DecayRate, 1f - options.DecayRate } });
        _users = new Variable[Chunks.Count];
        _items = new Variable[Chunks.Count];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The fusion weights β of the last batch, <c>[|U| x C]</c>, and the pair (w1, w2), <c>[1 x 2]</c>.</summary>
    public override IReadOnlyList<(string Name, Matrix Value)> Buffers =>
        [("fusion.last_weights", _lastWeights), ("fusion.copying", _copying)];

    /// <summary>The modalities' names, then <c>shared</c>.</summary>
    public override IReadOnlyList<string> Chunks { get; }

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, float>? ContentWeights => _options.ItemGraphWeights;

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch)
    {
        (float w1, float w2) = CopyingWeights(_options.DecayRate, _options.DecayBase, epoch);
        (_copying[0, 0], _copying[0, 1]) = (w1, w2);
        if (epoch > 1) _target.Value.CopyFrom(_lastWeights);
        _userItemGraph.BeginEpoch(epoch);
    }

    /// <summary>
    /// Eq. (19): the weights (w1, w2) of nets and target in epoch t. They start as (τ, 1 - τ); at the start of each epoch
    /// t = 1, 2, …, w1 is multiplied by b^t and both are divided by their sum.
    /// </summary>
    public static (float W1, float W2) CopyingWeights(float decayRate, float decayBase, int epoch)
    {
        double w1 = decayRate, w2 = 1 - (double)decayRate;
        for (int t = 1; t <= epoch; t++)
        {
            w1 *= Math.Pow(decayBase, t);
            double sum = w1 + w2;
            if (sum == 0) return (1f, 0f); // τ = 1 with the weight underflown: the nets alone, as in every epoch before
            (w1, w2) = (w1 / sum, w2 / sum);
        }

        return ((float)w1, (float)w2);
    }

    /// <inheritdoc/>
    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation final = Forward(tape, _userItemGraph.OfEpoch);
        tape.Device.Scale(1f, final.ChunkWeights!.Value, _lastWeights);

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
        if (_options.Dct == DctMode.Matrix2d)
            throw new InvalidInputException("The transform matrix-2d runs over the items too, so that each item's vector depends on all; train with dct=item-2d to encode items by themselves.");
        EncodeItems(tape, features);
        return tape.ConcatColumns([.. _items.Select(chunk => tape.NormalizeRows(chunk))]);
    }

    /// <inheritdoc/>
    protected override Variable? GatheredItems(Tape tape)
    {
        if (_options.Layers == 0) return null;
        Variable z = tape.PropagateSum(_userItemGraph.Whole, UsersOverItems(tape), _options.Layers - 1);
        return tape.Rows(z, Inputs.Users, Inputs.Items);
    }

    private Representation Forward(Tape tape, CsrMatrix userItemGraph)
    {
        // Eqs. (15), (16): users over items, chunk beside chunk, rows normalized; summed over the layers of the graph.
        Variable z = tape.PropagateSum(userItemGraph, UsersOverItems(tape), _options.Layers);
        Variable users = tape.Rows(z, 0, Inputs.Users), items = tape.Rows(z, Inputs.Users, Inputs.Items);

        // Eq. (17): items plus what the item-item graph propagates to them.
        Variable finalItems = tape.PropagatePower(_itemGraph, items, _options.ItemLayers, addend: items);

        Variable weights = FusionWeights(tape, users);
        return new Representation(tape.ScaleChunks(users, weights), finalItems, weights);
    }

    private Variable UsersOverItems(Tape tape)
    {
        for (int m = 0; m < _features.Length; m++) _features[m] = Inputs.Modalities[m].Features;
        EncodeItems(tape, _features);
        for (int c = 0; c < _users.Length; c++) _users[c] = tape.Use(_preferences[c]);
        return tape.StackNormalized(_users, _items);
    }

    // Eqs. (11)-(13): one encoder a modality, and one over the transformed features of all, whose first product is a sum over them.
    private void EncodeItems(Tape tape, IReadOnlyList<Matrix> features)
    {
        int row = 0;
        Variable? sum = null;
        for (int m = 0; m < _specific.Length; m++)
        {
            Encoder encoder = _specific[m];
            int dimensions = Inputs.Modalities[m].Dimensions;
            Variable sharedWeight = tape.Rows(tape.Use(_shared.Hidden.Weight), row, dimensions);
            (Variable own, Variable shared) = FirstProducts(tape, m, features[m], tape.Use(encoder.Hidden.Weight), sharedWeight);
            _items[m] = encoder.Output.Apply(tape, tape.BiasActivation(own, tape.Use(encoder.Hidden.Bias!), LeakySlope));
            sum = sum is null ? shared : tape.Add(sum, shared);
            row += dimensions;
        }

        _items[^1] = _shared.Output.Apply(tape, tape.BiasActivation(sum!, tape.Use(_shared.Hidden.Bias!), LeakySlope));
    }

    // X W of a modality's own encoder and DCT(X) W of the shared one. Where X itself can stand on both sides, it is multiplied
    // once, by the two weights side by side: reading X is what costs.
    private (Variable Own, Variable Shared) FirstProducts(Tape tape, int m, Matrix x, Variable ownWeight, Variable sharedWeight)
    {
        Variable features = tape.Constant(x);
        if (_options.Dct is DctMode.Item1d or DctMode.Matrix2d)
        {
            if (x != Inputs.Modalities[m].Features)
            {
                using Matrix transformed = Transformed(tape.Device, x); // needed for no gradient
                return (tape.MatMul(features, ownWeight), tape.MatMul(tape.Constant(transformed), sharedWeight));
            }

            _transformed[m] ??= Own(Transformed(tape.Device, x));
            return (tape.MatMul(features, ownWeight), tape.MatMul(tape.Constant(_transformed[m]), sharedWeight));
        }

        if (_options.Dct == DctMode.Item2d)
            sharedWeight = tape.KroneckerMatMul(_gridBases[m].P, _gridBases[m].Q, sharedWeight, transpose: true);
        Variable both = tape.MatMul(features, tape.ConcatColumns([ownWeight, sharedWeight]));
        return (tape.Columns(both, 0, ownWeight.Columns), tape.Columns(both, ownWeight.Columns, sharedWeight.Columns));
    }

    private Matrix Transformed(Device device, Matrix features)
    {
        Matrix rows = CosineTransform.OfRows(device, features);
        if (_options.Dct == DctMode.Item1d) return rows;
        using (rows) return CosineTransform.OfColumns(device, rows);
    }

    // Eqs. (18), (20): β = softmax(w1 a + w2 θ), a from one small net a chunk, θ the target.
    private Variable FusionWeights(Tape tape, Variable users)
    {
        int d = _options.EmbeddingSize;
        for (int c = 0; c < _users.Length; c++)
        {
            Variable chunk = tape.Columns(users, c * d, d);
            _users[c] = _fusionNets[c].Output.Apply(tape, _fusionNets[c].Hidden.Apply(tape, chunk, LeakySlope));
        }

        return tape.Softmax(tape.Combine(_copying[0, 0], tape.ConcatColumns(_users), _copying[0, 1], tape.Use(_target)));
    }

    private (Matrix P, Matrix Q) GridBases(int dimensions)
    {
        (int p, int q) = CosineTransform.Grid(dimensions);
        return (Own(CosineTransform.Basis(p)), Own(CosineTransform.Basis(q)));
    }

    /// <summary><c>LeakyReLU(X W1 + b1) W2</c>, <c>W1 [D x 4d]</c>, <c>W2 [4d x d]</c>.</summary>
    private sealed class Encoder(string name, int dimensions, int d, Rng rng)
    {
        public Linear Hidden { get; } = new($"{name}.hidden", dimensions, 4 * d, bias: true, rng);

        public Linear Output { get; } = new($"{name}.output", 4 * d, d, bias: false, rng);

        public IEnumerable<Parameter> Parameters => [.. Hidden.Parameters, .. Output.Parameters];
    }

    /// <summary><c>LeakyReLU(u W3 + b3) W4 + b4</c>, <c>W3 [d x d/4]</c>, <c>W4 [d/4 x 1]</c>.</summary>
    private sealed class FusionNet(string name, int d, Rng rng)
    {
        public Linear Hidden { get; } = new($"{name}.hidden", d, Math.Max(1, d / 4), bias: true, rng);

        public Linear Output { get; } = new($"{name}.output", Math.Max(1, d / 4), 1, bias: true, rng);

        public IEnumerable<Parameter> Parameters => [.. Hidden.Parameters, .. Output.Parameters];
    }
}
