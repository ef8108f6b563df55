using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Recommendation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Baselines;

public sealed class FreedomTests
{
    [Fact]
    public void Each_epoch_prunes_anew_and_evaluation_takes_the_whole_graph()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4, 6);
        using var pruned = new Freedom(inputs, new FreedomOptions());
        using var whole = new Freedom(inputs, new FreedomOptions { Dropout = 0f });
        var losses = new List<float>();
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            pruned.BeginEpoch(epoch);
            losses.Add(CommonTests.Loss(pruned, tape, ToyProblem.Triples(1)));
        }

        Assert.Equal(3, losses.Distinct().Count());
        using Embeddings a = pruned.ComputeEmbeddings(tape), b = whole.ComputeEmbeddings(tape);
        Assert.Equal(b.Users.Span.ToArray(), a.Users.Span.ToArray());
        Assert.Equal(b.Items.Span.ToArray(), a.Items.Span.ToArray());
    }

    [Fact]
    public void Each_layer_of_the_item_graph_carries_the_embeddings_once_more()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4, 6);
        using Freedom once = new(inputs, new FreedomOptions()), twice = new(inputs, new FreedomOptions { ItemLayers = 2 });
        CsrMatrix graph = ItemGraph.Frozen(
            inputs.Modalities, weights: null, new FreedomOptions().Neighbors, inputs.NeighborGraphs);
        Matrix ids = once.Parameters.Single(p => p.Name == "items").Value;
        using Matrix first = new(ids.Rows, ids.Columns), second = new(ids.Rows, ids.Columns);
        device.SparseMatMul(graph, ids, null, first);
        device.SparseMatMul(graph, first, null, second);

        using Embeddings one = once.ComputeEmbeddings(tape), two = twice.ComputeEmbeddings(tape);

        for (int e = 0; e < ids.Length; e++)
            Assert.Equal(second.Span[e] - first.Span[e], two.Items.Span[e] - one.Items.Span[e], 1e-5f);
    }
}
