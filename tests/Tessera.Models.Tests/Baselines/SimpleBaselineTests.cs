using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation;

namespace Tessera.Models.Tests.Baselines;

public sealed class BaselineTests
{
    private static readonly Interactions Train = Interactions.FromPairs(3, 4, [(0, 1), (1, 1), (2, 1), (0, 3), (1, 3), (2, 0)]);

    [Fact]
    public void Popularity_scores_items_by_their_training_interactions()
    {
        using Embeddings embeddings = Popularity.Embeddings(Train);
        for (int user = 0; user < 3; user++)
        {
            for (int item = 0; item < 4; item++) Assert.Equal(Train.ItemCounts()[item], embeddings.Users[user, 0] * embeddings.Items[item, 0]);
        }
    }

    [Fact]
    public void Random_scores_depend_on_the_seed_and_differ_by_user()
    {
        using Embeddings one = RandomScores.Embeddings(3, 4, new Rng(1)), same = RandomScores.Embeddings(3, 4, new Rng(1));
        using Embeddings other = RandomScores.Embeddings(3, 4, new Rng(2));
        Assert.Equal(one.Items.Span.ToArray(), same.Items.Span.ToArray());
        Assert.NotEqual(one.Items.Span.ToArray(), other.Items.Span.ToArray());
        Assert.NotEqual(one.Users.Row(0).ToArray(), one.Users.Row(1).ToArray());
    }
}
