using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Recommendation;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.Baselines;

public sealed class Bm3Tests
{
    [Fact]
    public void Negatives_do_not_matter()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using var model = new Bm3(ToyProblem.Inputs(device, 4, 6), new Bm3Options { Dropout = 0f });
        Batch one = new(3), other = new(3);
        for (int r = 0; r < 3; r++)
        {
            one.Add(r, r + 4, 0);
            other.Add(r, r + 4, 9);
        }

        Assert.Equal(CommonTests.Loss(model, tape, one), CommonTests.Loss(model, tape, other));
    }

    [Fact]
    public void Each_batch_and_each_epoch_drops_other_elements()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using var model = new Bm3(ToyProblem.Inputs(device, 4, 6), new Bm3Options());
        var losses = new List<float>();
        for (int epoch = 1; epoch <= 2; epoch++)
        {
            model.BeginEpoch(epoch);
            for (int n = 0; n < 2; n++) losses.Add(CommonTests.Loss(model, tape, ToyProblem.Triples(1)));
        }

        model.BeginEpoch(1);
        float again = CommonTests.Loss(model, tape, ToyProblem.Triples(1));
        Assert.Equal(4, losses.Distinct().Count());
        Assert.Equal(losses[0], again);
    }

    [Fact]
    public void The_final_vectors_are_the_predictors_outputs()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4);
        using var model = new Bm3(inputs, new Bm3Options { Layers = 0 });
        using Embeddings embeddings = model.ComputeEmbeddings(tape);
        float[] user = model.Parameters[0].Value.Row(7).ToArray(), item = model.Parameters[1].Value.Row(7).ToArray();
        for (int c = 0; c < 64; c++)
        {
            double predictedUser = model.Parameters[3].Value[0, c], predictedItem = predictedUser;
            for (int k = 0; k < 64; k++)
            {
                predictedUser += (double)user[k] * model.Parameters[2].Value[k, c];
                predictedItem += 2.0 * item[k] * model.Parameters[2].Value[k, c]; // with no layer, z_i = e_i and h_i = 2 e_i
            }

            Assert.Equal(predictedUser, embeddings.Users[7, c], 1e-5);
            Assert.Equal(predictedItem, embeddings.Items[7, c], 1e-5);
        }
    }
}
