using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Recommendation;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Baselines;

/// <summary>When LATTICE and MICRO learn their graphs.</summary>
public sealed class LearnedGraphModelTests
{
    public static TheoryData<string> Names => ["lattice", "micro"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_graph_is_learned_in_the_first_batch_of_an_epoch_and_held_for_the_rest(string name)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using Recommender model = CommonTests.Create(name, ToyProblem.Inputs(device, 8, 6));
        model.BeginEpoch(1);
        Assert.True(TransformIsLearned(model, tape));
        Assert.False(TransformIsLearned(model, tape));

        // Held, it does not follow the parameters it was learned from, and scoring in between does not change that.
        float before = CommonTests.Loss(model, tape, ToyProblem.Triples(1));
        Transform(model).Value.Span.Reverse();
        model.ComputeEmbeddings(tape).Dispose();
        Assert.Equal(before, CommonTests.Loss(model, tape, ToyProblem.Triples(1)));

        model.BeginEpoch(2);
        Assert.NotEqual(before, CommonTests.Loss(model, tape, ToyProblem.Triples(1)));
        Assert.False(TransformIsLearned(model, tape));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_can_be_learned_in_each_batch(string name)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        using Recommender model = name == "lattice"
            ? new Lattice(inputs, new LatticeOptions { LearnEachBatch = true })
            : new Micro(inputs, new MicroOptions { LearnEachBatch = true });
        model.BeginEpoch(1);
        for (int batch = 0; batch < 3; batch++) Assert.True(TransformIsLearned(model, tape));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Frozen_features_and_the_published_graph_are_options(string name)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        using Recommender model = CommonTests.Create(name, inputs);
        using Recommender other = name == "lattice"
            ? new Lattice(inputs, new LatticeOptions { FreezeFeatures = true, SymmetricGraph = true })
            : new Micro(inputs, new MicroOptions { FreezeFeatures = true, SymmetricGraph = true });
        Assert.Equal(2, model.Parameters.Count(p => p.Name.EndsWith(".features", StringComparison.Ordinal)));
        Assert.DoesNotContain(other.Parameters, p => p.Name.EndsWith(".features", StringComparison.Ordinal));
        Assert.NotEqual(CommonTests.Loss(model, tape, ToyProblem.Triples(1)), CommonTests.Loss(other, tape, ToyProblem.Triples(1)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_second_layer_of_the_item_graph_changes_the_items_alone(string name)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        using Recommender once = CommonTests.Create(name, inputs);
        using Recommender twice = name == "lattice" ? new Lattice(inputs, new LatticeOptions { ItemLayers = 2 }) : new Micro(inputs, new MicroOptions { ItemLayers = 2 });

        using Embeddings one = once.ComputeEmbeddings(tape), two = twice.ComputeEmbeddings(tape);

        Assert.Equal(one.Users.Span.ToArray(), two.Users.Span.ToArray());
        Assert.NotEqual(one.Items.Span.ToArray(), two.Items.Span.ToArray());
    }

    [Fact]
    public void Lattice_can_normalize_each_modality_before_mixing()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        float[] Items(bool each, params int[] dimensions)
        {
            using var model = new Lattice(ToyProblem.Inputs(device, dimensions), new LatticeOptions { NormalizeEachModality = each, OriginalShare = 0f });
            using Embeddings vectors = model.ComputeEmbeddings(tape);
            return vectors.Items.Span.ToArray();
        }

        // Of one modality the mixture is the modality.
        foreach ((float mixed, float each) in Items(false, 8).Zip(Items(true, 8))) Assert.Equal(mixed, each, 1e-6f);
        Assert.NotEqual(Items(false, 8, 6), Items(true, 8, 6));
    }

    private static Parameter Transform(Recommender model) => model.Parameters.Single(p => p.Name == "image.transform.weight");

    // Held, a graph's parameters still have a gradient, of zero, so that momentum moves them on.
    private static bool TransformIsLearned(Recommender model, Tape tape)
    {
        tape.Backward(model.Loss(ToyProblem.Triples(1), tape));
        float[] gradient = Transform(model).Gradient!.Span.ToArray();
        tape.Reset();
        return gradient.Any(value => value != 0f);
    }
}
