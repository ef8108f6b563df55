using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Recommendation;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Baselines;

public sealed class LgmRecTests
{
    [Fact]
    public void Noise_and_dropout_differ_from_step_to_step_and_are_absent_from_scores()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        foreach (LgmRecOptions options in new[] { new LgmRecOptions { GumbelNoise = false }, new LgmRecOptions { Dropout = 0f } })
        {
            using var model = new LgmRec(inputs, options with { ContrastiveWeight = 1f });
            using var calm = new LgmRec(inputs, options with { GumbelNoise = false, Dropout = 0f, ContrastiveWeight = 1f });
            model.BeginEpoch(1);
            float first = CommonTests.Loss(model, tape, ToyProblem.Triples(1)), second = CommonTests.Loss(model, tape, ToyProblem.Triples(1));
            Assert.NotEqual(first, second);
            Assert.Equal(CommonTests.Loss(calm, tape, ToyProblem.Triples(1)), CommonTests.Loss(calm, tape, ToyProblem.Triples(1)));
            using Embeddings a = model.ComputeEmbeddings(tape), b = calm.ComputeEmbeddings(tape);
            Assert.Equal(b.Users.Span.ToArray(), a.Users.Span.ToArray());
        }
    }

    [Fact]
    public void Noise_and_dropout_do_not_disturb_each_other()
    {
        // One hyperedge takes every item whole, whatever the noise, so the loss shows what was dropped alone.
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        var options = new LgmRecOptions { Hyperedges = 1, ContrastiveWeight = 1f };
        using LgmRec noisy = new(inputs, options), calm = new(inputs, options with { GumbelNoise = false });
        for (int step = 0; step < 3; step++)
            Assert.Equal(CommonTests.Loss(calm, tape, ToyProblem.Triples(1)), CommonTests.Loss(noisy, tape, ToyProblem.Triples(1)));
    }
}
