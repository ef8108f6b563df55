using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Tests.Losses;

public sealed class ChosenLossTests
{
    private const float Temperature = 0.4f;

    /// <summary>Item 3 has no training interaction.</summary>
    private static readonly Interactions Train = Interactions.FromPairs(4, 6, [(0, 0), (0, 1), (1, 2), (1, 4), (2, 5), (3, 0)]);

    private static readonly (int User, int Positive, int Negative)[] Triples = [(0, 1, 5), (1, 4, 0), (3, 0, 2), (0, 0, 4), (2, 5, 1)];

    [Theory]
    [InlineData(RankingLoss.Bce, null)]
    [InlineData(RankingLoss.Softmax, null)]
    [InlineData(RankingLoss.Softmax, 2)]
    [InlineData(RankingLoss.Cosine, null)]
    [InlineData(RankingLoss.Cosine, 3)]
    public void Value_and_gradient_are_those_of_the_formula(RankingLoss kind, int? negatives)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        Parameter users = Noise("users", 4, 3, 7), items = Noise("items", 6, 3, 8);
        var loss = new ChosenLoss(kind, Temperature, negatives, Train, new Rng(5));
        var sampler = new CandidateSampler(Train, negatives, new Rng(5)); // draws what the loss draws
        var batch = new Batch(Triples.Length);
        foreach ((int user, int positive, int negative) in Triples) batch.Add(user, positive, negative);
        for (int step = 0; step < 2; step++)
        {
            loss.Begin(batch);
            sampler.Draw(batch.Positives.Span);
            Assert.False(loss.Asked);
            Variable value = loss.Of(tape, new Representation(tape.Use(users), tape.Use(items)), batch);
            Assert.True(loss.Asked);
            float scalar = value.Scalar;
            tape.Backward(value);

            double[,] u = Double(users), i = Double(items);
            int[] candidates = sampler.Items.ToArray();
            Assert.Equal(Formula(kind, u, i, candidates), scalar, 1e-5);
            Check(users.Gradient!, u, () => Formula(kind, u, i, candidates));
            Check(items.Gradient!, i, () => Formula(kind, u, i, candidates));
            if (kind != RankingLoss.Bce) Assert.Equal([0f, 0f, 0f], items.Gradient!.Row(3).ToArray());
            tape.Reset();
        }
    }

    private static double Formula(RankingLoss kind, double[,] users, double[,] items, int[] candidates)
    {
        double sum = 0;
        foreach ((int user, int positive, int negative) in Triples)
        {
            sum += kind == RankingLoss.Bce
                ? Math.Log(1 + Math.Exp(-Score(user, positive))) + Math.Log(1 + Math.Exp(Score(user, negative)))
                : Math.Log(candidates.Append(positive).Distinct().Sum(item => Math.Exp(Score(user, item) / Temperature))) - (Score(user, positive) / Temperature);
        }

        return sum / Triples.Length;

        double Score(int user, int item)
        {
            double dot = 0, userSquares = 0, itemSquares = 0;
            for (int c = 0; c < users.GetLength(1); c++)
            {
                dot += users[user, c] * items[item, c];
                userSquares += users[user, c] * users[user, c];
                itemSquares += items[item, c] * items[item, c];
            }

            return kind == RankingLoss.Cosine ? dot / Math.Sqrt(userSquares * itemSquares) : dot;
        }
    }

    private static void Check(Matrix gradient, double[,] x, Func<double> loss)
    {
        const double Step = 1e-6;
        for (int r = 0; r < x.GetLength(0); r++)
        {
            for (int c = 0; c < x.GetLength(1); c++)
            {
                double saved = x[r, c];
                x[r, c] = saved + Step;
                double above = loss();
                x[r, c] = saved - Step;
                double below = loss();
                x[r, c] = saved;
                Assert.Equal((above - below) / (2 * Step), gradient[r, c], 1e-5);
            }
        }
    }

    private static double[,] Double(Parameter parameter)
    {
        var values = new double[parameter.Value.Rows, parameter.Value.Columns];
        for (int r = 0; r < parameter.Value.Rows; r++)
            for (int c = 0; c < parameter.Value.Columns; c++) values[r, c] = parameter.Value[r, c];
        return values;
    }

    private static Parameter Noise(string name, int rows, int columns, ulong seed)
    {
        var rng = new Rng(seed);
        var values = new Matrix(rows, columns);
        foreach (ref float value in values.Span) value = rng.NextGaussian();
        return new Parameter(name, values);
    }
}
