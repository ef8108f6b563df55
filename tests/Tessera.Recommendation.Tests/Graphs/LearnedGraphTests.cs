using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Tests.Graphs;

public sealed class LearnedGraphTests : IDisposable
{
    private const int Items = 12;
    private const int Neighbors = 4;
    private readonly Device _device = new(1);
    private readonly Tape _tape;
    private readonly Modality _modality = Features.Gaussian("image", Items, 5, 3);
    private readonly Matrix _ones = new(Items, 1);

    public LearnedGraphTests()
    {
        _tape = new Tape(_device);
        _ones.Span.Fill(1f);
    }

    public void Dispose()
    {
        _tape.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Unlearned_it_is_the_graph_of_the_features_as_they_are()
    {
        CsrMatrix expected = ItemGraph.Similarities(_modality, Neighbors, new NeighborGraphs(_device), factor: 0.5f);

        LearnedGraph graph = Learn(_tape.Constant(_modality.Features)).Scaled(_tape, 0.5f);

        Assert.Equal(expected.ColumnIndices.ToArray(), graph.Pattern.ColumnIndices.ToArray());
        for (int e = 0; e < expected.Count; e++) Assert.Equal(expected.Values[e], graph.Weights.Value.Span[e], 1e-6f);
    }

    [Fact]
    public void Gradients_reach_the_features_through_similarities_and_row_sums()
    {
        using var features = new Parameter("features", _modality.Features.Clone());
        _tape.Backward(Loss(_tape.Use(features)));
        float[] gradient = features.Gradient!.Span.ToArray();
        _tape.Reset();

        for (int e = 0; e < gradient.Length; e += 7)
        {
            const float step = 1e-2f;
            float value = features.Value.Span[e];
            features.Value.Span[e] = value + step;
            double above = Value(features);
            features.Value.Span[e] = value - step;
            double below = Value(features);
            features.Value.Span[e] = value;
            Assert.Equal((above - below) / (2 * step), gradient[e], 2e-3);
        }
    }

    [Fact]
    public void A_row_without_weight_stays_empty_instead_of_dividing_by_zero()
    {
        Modality modality = Features.Gaussian("image", Items, 5, 3, missing: 2);

        LearnedGraph graph = Learn(_tape.Constant(modality.Features));

        Assert.Equal([2], graph.Pattern.RowColumns(2).ToArray());
        Assert.Equal(0f, graph.Weights.Value.Span[graph.Pattern.RowStarts[2]]);
        Assert.All(graph.Weights.Value.Span.ToArray(), weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void Held_graphs_keep_their_weights_and_pass_no_gradient()
    {
        using Parameter features = new("features", _modality.Features.Clone()), other = new("other", new Matrix(1, 1));
        var graphs = new LearnedGraph[1];
        int learned = 0;
        using var held = new HeldGraphs(graphs, LearnAgain, [features], learnEachBatch: false);
        (float[] first, bool gradient, bool zero) = Step();
        Assert.True(gradient && !zero);
        features.Value.Span.Reverse();

        (float[] second, gradient, zero) = Step();

        Assert.Equal((1, false, true), (learned, gradient, zero));
        Assert.Equal(first, second);
        held.Release();
        (float[] third, gradient, zero) = Step();
        Assert.True(learned == 2 && gradient && !zero);
        Assert.NotEqual(first, third);

        void LearnAgain(Tape tape)
        {
            graphs[0] = Learn(tape.Use(features));
            learned++;
        }

        // The weights, whether they pass a gradient on, and whether that of the features is zero. The other parameter, times zero, makes a
        // loss of held graphs one that can be differentiated at all.
        (float[] Weights, bool RequiresGradient, bool ZeroGradient) Step()
        {
            held.Put(_tape);
            Variable weights = graphs[0].Weights;
            float[] values = weights.Value.Span.ToArray();
            _tape.Backward(held.Complete(_tape, _tape.Add(_tape.MeanSquare(weights), _tape.Scale(0f, _tape.MeanSquare(_tape.Use(other))))));
            bool zero = !features.Gradient!.Span.ContainsAnyExcept(0f);
            _tape.Reset();
            return (values, weights.RequiresGradient, zero);
        }
    }

    [Fact]
    public void Graphs_learned_in_each_batch_are_never_held()
    {
        using var features = new Parameter("features", _modality.Features.Clone());
        var graphs = new LearnedGraph[1];
        using var held = new HeldGraphs(graphs, tape => graphs[0] = Learn(tape.Use(features)), [features], learnEachBatch: true);
        for (int batch = 0; batch < 3; batch++)
        {
            held.Put(_tape);
            _tape.Backward(held.Complete(_tape, _tape.MeanSquare(graphs[0].Weights)));
            Assert.True(features.Gradient!.Span.ContainsAnyExcept(0f));
            _tape.Reset();
        }
    }

    private LearnedGraph Learn(Variable features)
    {
        LearnedGraph nearest = LearnedGraph.Nearest(_tape, features, _modality.Missing, Neighbors, new NeighborGraphs(_device));
        return nearest.Normalized(_tape, nearest.RowSums(_tape, _ones));
    }

    private Variable Loss(Variable features) => _tape.MeanSquare(Learn(features).Propagate(_tape, _tape.Constant(_modality.Features)));

    private double Value(Parameter features)
    {
        double loss = Loss(_tape.Use(features)).Scalar;
        _tape.Reset();
        return loss;
    }
}
