using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Recommendation.Losses;

namespace Tessera.Recommendation.Tests.Losses;

public sealed class LossTests : IDisposable
{
    private readonly Device _device = new(1);
    private readonly Tape _tape;

    public LossTests() => _tape = new Tape(_device);

    [Fact]
    public void Bpr_is_the_mean_of_minus_log_sigmoid_of_the_differences()
    {
        // Differences: 1·(2 - 0) + 2·(1 - 1) = 2 and 0·… + 1·(0 - 3) = -3.
        Variable users = Matrix(new[,] { { 1f, 2f }, { 0f, 1f } });
        Variable positives = Matrix(new[,] { { 2f, 1f }, { 5f, 0f } }), negatives = Matrix(new[,] { { 0f, 1f }, { -4f, 3f } });
        double expected = (Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(3))) / 2;
        Assert.Equal(expected, Bpr.LossOfVectors(_tape, users, positives, negatives).Scalar, 1e-6);
        Assert.Equal(expected, Bpr.LossOfVectors(_tape, users, positives, negatives, guarded: true).Scalar, 1e-6);
    }

    [Fact]
    public void The_guard_bounds_the_loss_of_a_triple_that_is_far_wrong()
    {
        Variable user = Matrix(new[,] { { 10f } }), positive = Matrix(new[,] { { 0f } }), negative = Matrix(new[,] { { 9f } });
        Assert.Equal(90, Bpr.LossOfVectors(_tape, user, positive, negative).Scalar, 1e-4);
        Assert.Equal(-Math.Log(1e-10), Bpr.LossOfVectors(_tape, user, positive, negative, guarded: true).Scalar, 1e-4);
    }

    [Fact]
    public void EmbLoss_adds_norms_or_their_squares()
    {
        Variable a = Matrix(new[,] { { 3f, 0f }, { 0f, 4f } }), b = Matrix(new[,] { { -2f } });
        Assert.Equal((5 + 2) / 4.0, EmbLoss.Of(_tape, 4, squared: false, a, b).Scalar, 1e-6);
        Assert.Equal((25 + 4) / 4.0, EmbLoss.Of(_tape, 4, squared: true, a, b).Scalar, 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbLoss.Of(_tape, 0, squared: false, a));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbLoss.Of(_tape, 1, squared: false));
    }

    [Fact]
    public void CosineLoss_is_one_minus_the_cosine_whatever_the_lengths()
    {
        Variable a = Matrix(new[,] { { 2f, 0f }, { 1f, 1f }, { 0f, 7f } }), b = Matrix(new[,] { { 5f, 0f }, { 3f, 0f }, { 0f, -1f } });
        Assert.Equal((0 + (1 - Math.Sqrt(0.5)) + 2) / 3, CosineLoss.Of(_tape, a, b).Scalar, 1e-6);
    }

    [Fact]
    public void InfoNce_is_minus_the_logarithm_of_the_share_of_the_positive()
    {
        Variable anchors = Matrix(new[,] { { 1f, 0f }, { 0f, 2f } }), keys = Matrix(new[,] { { 1f, 1f }, { 0f, 1f }, { 3f, 0f } });
        Variable positives = _tape.Rows(keys, 0, 2);
        double[] scores = [1, 0, 3], others = [2, 2, 0];
        double first = Math.Log(scores.Sum(s => Math.Exp(s / 0.5))) - (1 / 0.5), second = Math.Log(others.Sum(s => Math.Exp(s / 0.5))) - (2 / 0.5);

        Assert.Equal(first + second, InfoNce.Sum(_tape, anchors, positives, keys, 0.5f).Scalar, 1e-5);
        Assert.Equal((first + second) / 2, InfoNce.Mean(_tape, anchors, positives, keys, 0.5f).Scalar, 1e-5);

        // With the anchors as further others, each leaves itself out: the other one scores 0, which adds e^0.
        double further = scores.Concat(others).Chunk(3).Sum(s => Math.Log(1 + s.Sum(score => Math.Exp(score / 0.5))));
        Assert.Equal(further - (3 / 0.5), InfoNce.Sum(_tape, anchors, positives, keys, 0.5f, others: anchors).Scalar, 1e-5);
    }

    public void Dispose()
    {
        _tape.Dispose();
        _device.Dispose();
    }

    private Variable Matrix(float[,] values) => _tape.Constant(Compute.Tensors.Matrix.From(values));
}
