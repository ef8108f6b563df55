using Tessera.Compute.Autograd;
using Tessera.Compute.Layers;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Recommendation;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.OwnModel;

public sealed record TinyOptions
{
    [Option("width of a vector", Minimum = 1)]
    public int EmbeddingSize { get; init; } = 8;

    [Option("first epoch whose loss is not a number, from its second batch on; 0 for none", Minimum = 0)]
    public int PoisonedEpoch { get; init; }
}

/// <summary>
/// Matrix factorization in two chunks, with all that can go wrong when a run is resumed: an epoch's own randomness, and a buffer
/// that carries from epoch to epoch and enters the loss.
/// </summary>
[Recommender("tiny", "Tiny", "none", 2025)]
public sealed class TinyModel : Recommender
{
    private readonly TinyOptions _options;
    private readonly Rng _rng;
    private readonly Parameter _users;
    private readonly Parameter _items;
    private readonly Matrix _carried = new(1, 1);
    private int _epoch;
    private int _batch;

    public TinyModel(RecommenderInputs inputs, TinyOptions options)
        : base(inputs)
    {
        _options = options;
        _rng = inputs.Rng.Stream("noise");
        Rng rng = inputs.Rng.Stream("initialization");
        _users = new Parameter("users", new Matrix(inputs.Users, 2 * options.EmbeddingSize).XavierNormal(rng));
        _items = new Parameter("items", new Matrix(inputs.Items, 2 * options.EmbeddingSize).XavierNormal(rng));
        Parameters = [_users, _items];
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override IReadOnlyList<(string Name, Matrix Value)> Buffers => [("carried", _carried)];

    public override IReadOnlyList<string> Chunks { get; } = ["left", "right"];

    public override void BeginEpoch(int epoch)
    {
        (_epoch, _batch) = (epoch, 0);
        _carried[0, 0] = (0.5f * _carried[0, 0]) + (1e-3f * _rng.Stream($"epoch {epoch}").NextSingle());
    }

    public override Variable Loss(Batch batch, Tape tape)
    {
        Variable users = tape.Use(_users), items = tape.Use(_items);
        Variable ranking = ChosenLoss?.Of(tape, new Representation(users, items), batch)
            ?? Bpr.Loss(tape, users, items, batch.Users, batch.Positives, batch.Negatives);
        bool poisoned = _epoch == _options.PoisonedEpoch && ++_batch >= 2;
        return tape.Combine(poisoned ? float.NaN : 1f, ranking, _carried[0, 0], tape.Add(tape.MeanSquare(users), tape.MeanSquare(items)));
    }

    protected override Representation Forward(Tape tape) => new Representation(tape.Use(_users), tape.Use(_items));
}
