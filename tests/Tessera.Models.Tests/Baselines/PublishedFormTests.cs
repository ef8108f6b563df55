using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.Baselines;

public sealed class PublishedFormTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_regularization_of_mf_is_the_rows_norms_or_their_squares(bool square)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device);
        using var plain = new Mf(inputs, new MfOptions { Regularization = 0f });
        using var regular = new Mf(inputs, new MfOptions { Regularization = 2f, SquareNorms = square });
        Batch batch = ToyProblem.Triples(1, count: 5);

        double added = CommonTests.Loss(regular, tape, batch) - CommonTests.Loss(plain, tape, batch);

        double expected = Norm(plain.Parameters[0], batch.Users) + Norm(plain.Parameters[1], batch.Positives)
            + Norm(plain.Parameters[1], batch.Negatives);
        Assert.Equal(2 * expected / 5, added, 1e-4);

        double Norm(Parameter parameter, ReadOnlyMemory<int> rows)
        {
            double sum = 0;
            foreach (int row in rows.Span)
                foreach (float value in parameter.Value.Row(row)) sum += (double)value * value;
            return square ? sum : Math.Sqrt(sum);
        }
    }

    [Fact]
    public void The_exact_logarithm_goes_on_where_the_guarded_one_ends()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4);
        (Recommender Guarded, Recommender Exact)[] models =
        [
            (new Mf(inputs, new MfOptions()), new Mf(inputs, new MfOptions { ExactLogarithm = true })),
            (new LightGcn(inputs, new LightGcnOptions()), new LightGcn(inputs, new LightGcnOptions { ExactLogarithm = true })),
            (new Vbpr(inputs, new VbprOptions()), new Vbpr(inputs, new VbprOptions { ExactLogarithm = true })),
        ];
        foreach ((Recommender guarded, Recommender exact) in models)
        {
            foreach (Parameter parameter in guarded.Parameters.Concat(exact.Parameters))
                foreach (ref float value in parameter.Value.Span) value *= 1000f;
            Batch batch = ToyProblem.Triples(1);
            Assert.True(CommonTests.Loss(exact, tape, batch) > 2f * CommonTests.Loss(guarded, tape, batch));
            guarded.Dispose();
            exact.Dispose();
        }
    }

    [Theory]
    [InlineData("lightgcn")]
    [InlineData("vbpr")]
    [InlineData("bm3")]
    [InlineData("lgmrec")]
    public void Squaring_the_norms_changes_the_loss(string name)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        RecommenderInputs inputs = ToyProblem.Inputs(device, 4);
        using Recommender squared = name switch
        {
            "lightgcn" => new LightGcn(inputs, new LightGcnOptions { Regularization = 1f, SquareNorms = true }),
            "vbpr" => new Vbpr(inputs, new VbprOptions { Regularization = 1f, SquareNorms = true }),
            "lgmrec" => new LgmRec(inputs, new LgmRecOptions { Regularization = 1f, SquareNorms = true }),
            _ => new Bm3(inputs, new Bm3Options { Regularization = 1f, SquareNorms = true }),
        };
        using Recommender released = name switch
        {
            "lightgcn" => new LightGcn(inputs, new LightGcnOptions { Regularization = 1f }),
            "vbpr" => new Vbpr(inputs, new VbprOptions { Regularization = 1f }),
            "lgmrec" => new LgmRec(inputs, new LgmRecOptions { Regularization = 1f }),
            _ => new Bm3(inputs, new Bm3Options { Regularization = 1f }),
        };
        Batch batch = ToyProblem.Triples(1);
        Assert.True(CommonTests.Loss(squared, tape, batch) > 1e-3f + CommonTests.Loss(released, tape, batch));
    }
}
