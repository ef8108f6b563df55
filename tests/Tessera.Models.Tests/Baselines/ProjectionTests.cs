using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Baselines;

public sealed class ProjectionTests
{
    [Fact]
    public void A_frozen_table_is_the_modality_itself_and_no_parameter()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4);
        var projection = new Projection(inputs.Modalities[0], width: 3, freezeFeatures: true, new Rng(1));
        Assert.Equal(["image.transform.weight", "image.transform.bias"], projection.Parameters.Select(p => p.Name));
        Assert.Same(inputs.Modalities[0].Features, projection.Features(tape).Value);
        Assert.False(projection.Features(tape).RequiresGradient);
        foreach (Parameter parameter in projection.Parameters) parameter.Dispose();
    }

    [Fact]
    public void Training_a_table_leaves_the_modality_as_it_is()
    {
        using var device = new Device(1);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4);
        Parameter[] parameters = [.. new Projection(inputs.Modalities[0], width: 3, freezeFeatures: false, new Rng(1)).Parameters];
        Parameter table = Assert.Single(parameters, p => p.Name == "image.features");
        Assert.Equal(inputs.Modalities[0].Features.Span.ToArray(), table.Value.Span.ToArray());
        float before = inputs.Modalities[0].Features[0, 0];
        table.Value[0, 0] = before + 1f;
        Assert.Equal(before, inputs.Modalities[0].Features[0, 0]);
        foreach (Parameter parameter in parameters) parameter.Dispose();
    }

    [Fact]
    public void Freezing_takes_the_features_from_the_parameters_and_keeps_the_first_loss()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4, 6);
        (Recommender Trained, Recommender Frozen)[] models =
        [
            (new Freedom(inputs, new FreedomOptions()), new Freedom(inputs, new FreedomOptions { FreezeFeatures = true })),
            (new Bm3(inputs, new Bm3Options()), new Bm3(inputs, new Bm3Options { FreezeFeatures = true })),
        ];
        foreach ((Recommender trained, Recommender frozen) in models)
        {
            Assert.Equal(2, trained.Parameters.Count(p => p.Name.EndsWith(".features", StringComparison.Ordinal)));
            Assert.Equal(trained.Parameters.Count - 2, frozen.Parameters.Count);
            Assert.Equal(
                CommonTests.Loss(trained, tape, ToyProblem.Triples(1)), CommonTests.Loss(frozen, tape, ToyProblem.Triples(1)));
            trained.Dispose();
            frozen.Dispose();
        }
    }
}
