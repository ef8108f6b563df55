using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Ranking;

namespace Tessera.Serving.Tests.Ranking;

public sealed class DiversityTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly LiveRecommender _live;

    public DiversityTests()
    {
        MadeUpRun.Write(_folder.Path, users: 3, items: 60, dimensions: 5);
        _live = LiveRecommender.Open(_folder.Path, LiveRuns.Catalog);
    }

    [Fact]
    public void Without_weight_the_list_stays_as_it_is()
    {
        List<RankedScore> pool = Pool(40);
        Assert.Equal(pool.Take(15), Diversity.Choose(_live.Current, pool, 15, 0));
        Assert.Equal(pool, Diversity.Choose(_live.Current, pool, 100, 0));
        Assert.Empty(Diversity.Choose(_live.Current, [], 3, 0.5f));
    }

    [Fact]
    public void Every_choice_is_the_best_by_relevance_and_unlikeness_to_those_before()
    {
        List<RankedScore> pool = Pool(40);
        foreach (float weight in (float[])[0.2f, 0.5f, 0.9f, 1])
        {
            List<RankedScore> chosen = Diversity.Choose(_live.Current, pool, 20, weight);
            Assert.Equal(20, chosen.Distinct().Count());
            Assert.Equal(pool[0], chosen[0]);
            for (int n = 1; n < chosen.Count; n++)
            {
                RankedScore[] before = [.. chosen.Take(n)];
                double value = Value(chosen[n]);
                Assert.All(pool.Except(chosen.Take(n + 1)), other => Assert.True(Value(other) <= value + 1e-5));

                double Value(RankedScore one) => ((1 - weight) * (one.Score - pool[^1].Score) / (pool[0].Score - pool[^1].Score)) - (weight * before.Max(other => Cosine(one.Item, other.Item)));
            }
        }
    }

    [Fact]
    public void More_weight_makes_a_list_less_like_itself()
    {
        double[] likeness = [.. new[] { 0f, 0.3f, 0.7f, 1 }.Select(weight => Likeness(Diversity.Choose(_live.Current, Pool(40), 10, weight)))];
        Assert.Equal(likeness.OrderDescending(), likeness);

        double Likeness(List<RankedScore> list) => list.SelectMany(one => list.Where(other => other != one), (one, other) => Cosine(one.Item, other.Item)).Average();
    }

    public void Dispose()
    {
        _live.Dispose();
        _folder.Dispose();
    }

    private List<RankedScore> Pool(int count) => [.. _live.Recommend("u0", count).Select(item => new RankedScore(item.Item, item.Score))];

    private double Cosine(int one, int other)
    {
        TrainedRun run = _live.Current;
        return System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(run.ItemVectors.Row(one), run.ItemVectors.Row(other));
    }
}
