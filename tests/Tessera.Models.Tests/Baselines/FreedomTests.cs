using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Recommendation;

namespace Tessera.Models.Tests.Baselines;

public sealed class FreedomTests
{
    [Fact]
    public void Each_epoch_prunes_anew_and_evaluation_takes_the_whole_graph()
    {
        using var device = new CpuDevice(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4, 6);
        using var pruned = new Freedom(inputs, new FreedomOptions());
        using var whole = new Freedom(inputs, new FreedomOptions { Dropout = 0f });
        var losses = new List<float>();
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            pruned.BeginEpoch(epoch);
            losses.Add(BaselineTests.Loss(pruned, tape, ToyProblem.Triples(1)));
        }

        Assert.Equal(3, losses.Distinct().Count());
        using Embeddings a = pruned.Represent(tape), b = whole.Represent(tape);
        Assert.Equal(b.Users.Span.ToArray(), a.Users.Span.ToArray());
        Assert.Equal(b.Items.Span.ToArray(), a.Items.Span.ToArray());
    }
}
