using Tessera.Compute.Autograd;
using Tessera.Compute.Layers;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Tests.Runs;

public sealed record ContentOptions;

/// <summary>Items are the sum of their modalities' features through one linear layer each, users a table.</summary>
[Recommender("content", "Content", "none", 2025, NeedsFeatures = true)]
public sealed class ContentModel : Recommender
{
    private const int Width = 8;
    private readonly Parameter _users;
    private readonly Linear[] _layers;

    public ContentModel(RecommenderInputs inputs, ContentOptions options)
        : base(inputs)
    {
        ArgumentNullException.ThrowIfNull(options);
        Rng rng = inputs.Rng.Stream("initialization");
        _users = new Parameter("users", new Matrix(inputs.Users, Width).XavierNormal(rng));
        _layers = [.. inputs.Modalities.Select(modality => new Linear(modality.Name, modality.Dimensions, Width, bias: false, rng))];
        Parameters = [_users, .. _layers.SelectMany(layer => layer.Parameters)];
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override Variable Loss(Batch batch, Tape tape)
    {
        Representation vectors = Forward(tape);
        return Bpr.Loss(tape, vectors.Users, vectors.Items, batch.Users, batch.Positives, batch.Negatives);
    }

    protected override Representation Forward(Tape tape)
    {
        Variable? items = null;
        for (int m = 0; m < _layers.Length; m++)
        {
            Variable part = _layers[m].Apply(tape, tape.Constant(Inputs.Modalities[m].Features));
            items = items is null ? part : tape.Add(items, part);
        }

        return new Representation(tape.Use(_users), items!);
    }
}
