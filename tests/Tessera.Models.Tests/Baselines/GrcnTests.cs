using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Recommendation;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Baselines;

public sealed class GrcnTests
{
    [Fact]
    public void Routing_brings_items_content_into_users_preferences()
    {
        // Unit vectors that are averaged with their items' by attention come nearer to them.
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        using var plain = new Grcn(inputs, new GrcnOptions());
        using var routed = new Grcn(inputs, new GrcnOptions { RoutingRounds = 3 });
        Assert.True(ContentScore(routed, tape, inputs) > 1.1 * ContentScore(plain, tape, inputs));

        tape.Backward(routed.Loss(ToyProblem.Triples(1), tape));
        foreach (Parameter parameter in routed.Parameters)
            Assert.Contains(parameter.Gradient!.Span.ToArray(), value => float.IsFinite(value) && value != 0f);
    }

    [Fact]
    public void Edges_without_confidence_are_pruned()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        using var model = new Grcn(inputs, new GrcnOptions());
        model.Parameters.Single(p => p.Name == "confidences").Value.Span.Fill(-1f);
        using Embeddings embeddings = model.ComputeEmbeddings(tape);

        // Nothing is carried: the ID chunk is the normalized embedding itself.
        for (int user = 0; user < inputs.Users; user++)
        {
            double squares = 0;
            foreach (float value in embeddings.Users.Row(user)[..64]) squares += value * value;
            Assert.Equal(1, squares, 1e-4);
        }
    }

    [Fact]
    public void The_penalty_on_the_whole_table_is_the_mean_square_of_the_first_modalitys_preferences()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 8, 6);
        using Grcn whole = new(inputs, new GrcnOptions { Regularization = 2f }), batch = new(inputs, new GrcnOptions { Regularization = 2f, WholeTablePenalty = false });

        float added = CommonTests.Loss(whole, tape, ToyProblem.Triples(1)) - CommonTests.Loss(batch, tape, ToyProblem.Triples(1));

        double mean = whole.Parameters.Single(p => p.Name == "image.preferences").Value.Span.ToArray().Average(value => (double)value * value);
        Assert.Equal(2 * mean, added, 1e-5);
    }

    // Mean score of the training pairs by their content chunks alone.
    private static double ContentScore(Grcn model, Tape tape, RecommenderInputs inputs)
    {
        using Embeddings embeddings = model.ComputeEmbeddings(tape);
        double sum = 0;
        foreach ((int user, int item) in inputs.Train.Pairs())
        {
            ReadOnlySpan<float> u = embeddings.Users.Row(user)[64..], i = embeddings.Items.Row(item)[64..];
            for (int c = 0; c < u.Length; c++) sum += u[c] * i[c];
        }

        return sum / inputs.Train.Count;
    }
}
