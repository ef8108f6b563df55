using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Tests.Sampling;

public sealed class BprSamplerTests
{
    [Fact]
    public void An_epoch_has_every_training_pair_once_with_a_training_item_the_user_does_not_have()
    {
        Interactions train = Random(50, 40, 600);
        var sampler = new BprSampler(train, 64, new Rng(1));
        int[] counts = train.ItemCounts();

        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<(int User, int Positive, int Negative)> triples = Epoch(sampler);

            Assert.Equal(train.Pairs(), triples.Select(triple => (triple.User, triple.Positive)).Order());
            Assert.All(triples, triple => Assert.False(train.Contains(triple.User, triple.Negative)));
            Assert.All(triples, triple => Assert.True(counts[triple.Negative] > 0));
        }
    }

    [Fact]
    public void Batches_are_full_but_for_the_last_and_then_the_epoch_ends()
    {
        Interactions train = Random(30, 30, 200);
        int last = train.Count % 64;
        var sampler = new BprSampler(train, 64, new Rng(2));
        var batch = new Batch(100);
        var sizes = new List<int>();

        sampler.BeginEpoch();
        while (sampler.Next(batch)) sizes.Add(batch.Count);

        Assert.NotEqual(0, last);
        Assert.Equal([.. Enumerable.Repeat(64, train.Count / 64), last], sizes);
        Assert.Equal(sizes.Count, sampler.Batches);
        Assert.Equal(train.Count, sampler.Pairs);
        Assert.Equal(0, batch.Count);
        Assert.False(sampler.Next(batch));
    }

    [Fact]
    public void There_are_no_batches_before_the_first_epoch_begins() =>
        Assert.False(new BprSampler(Random(5, 5, 10), 4, new Rng(1)).Next(new Batch(4)));

    [Fact]
    public void The_same_seed_gives_the_same_epochs_and_epochs_differ()
    {
        Interactions train = Random(50, 40, 600);
        var first = new BprSampler(train, 64, new Rng(3));
        var second = new BprSampler(train, 64, new Rng(3));

        List<(int, int, int)> epoch = Epoch(first);

        Assert.Equal(epoch, Epoch(second));
        List<(int, int, int)> next = Epoch(first);
        Assert.Equal(next, Epoch(second));
        Assert.NotEqual(epoch, next);
    }

    [Fact]
    public void A_restored_state_repeats_the_epochs_that_followed_it()
    {
        Interactions train = Random(50, 40, 600);
        var sampler = new BprSampler(train, 64, new Rng(4));
        Epoch(sampler);
        Epoch(sampler);
        RngState saved = sampler.RandomState;
        List<(int, int, int)> third = Epoch(sampler);

        var resumed = new BprSampler(train, 64, new Rng(999)) { RandomState = saved };

        Assert.Equal(third, Epoch(resumed));
        Assert.Equal(Epoch(sampler), Epoch(resumed));
    }

    [Fact]
    public void The_order_of_an_epoch_is_random_and_does_not_follow_users()
    {
        Interactions train = Random(50, 40, 600);
        List<(int User, int Positive, int Negative)> triples = Epoch(new BprSampler(train, 64, new Rng(5)));

        int neighbors = triples.Zip(triples.Skip(1)).Count(pair => pair.First.User == pair.Second.User);

        Assert.InRange(neighbors, 0, train.Count / 10);
    }

    [Fact]
    public void Pairs_of_a_user_with_every_training_item_are_skipped_and_counted()
    {
        Interactions train = Interactions.FromPairs(2, 4, [(0, 0), (0, 1), (0, 2), (1, 1)]);
        var sampler = new BprSampler(train, 8, new Rng(6));

        List<(int User, int Positive, int Negative)> triples = Epoch(sampler);

        Assert.Equal((1, 3), (sampler.Pairs, sampler.SkippedPairs));
        Assert.Equal((1, 1), (triples.Single().User, triples.Single().Positive));
        Assert.Contains(triples.Single().Negative, new[] { 0, 2 });
    }

    [Fact]
    public void Training_without_any_negative_is_refused()
    {
        Interactions train = Interactions.FromPairs(1, 4, [(0, 0), (0, 1)]);

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => new BprSampler(train, 8, new Rng(7)));
        Assert.Contains("None of the 2 training pairs", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => new BprSampler(Interactions.FromPairs(1, 1, []), 8, new Rng(7)));
    }

    [Fact]
    public void Batch_sizes_that_cannot_be_are_refused()
    {
        Interactions train = Random(5, 5, 10);

        Assert.Throws<ArgumentOutOfRangeException>(() => new BprSampler(train, 0, new Rng(8)));
        Assert.Throws<ArgumentException>(() => new BprSampler(train, 8, new Rng(8)).Next(new Batch(7)));
        var whole = new BprSampler(train, int.MaxValue, new Rng(8));
        Assert.Equal((1, whole.Pairs), (whole.Batches, whole.BatchSize));
    }

    [Fact]
    public void A_full_batch_takes_no_more()
    {
        var batch = new Batch(1);
        batch.Add(1, 2, 3);

        Assert.Throws<InvalidOperationException>(() => batch.Add(1, 2, 3));
        Assert.Equal((1, 2, 3), (batch.Users.Span[0], batch.Positives.Span[0], batch.Negatives.Span[0]));
        batch.Clear();
        Assert.True(batch.Users.IsEmpty);
    }

    [Fact]
    public void Epochs_allocate_nothing_once_warm()
    {
        var sampler = new BprSampler(Random(50, 40, 600), 64, new Rng(9));
        var batch = new Batch(64);
        RunEpoch(sampler, batch);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int epoch = 0; epoch < 10; epoch++) RunEpoch(sampler, batch);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void RunEpoch(BprSampler sampler, Batch batch)
    {
        sampler.BeginEpoch();
        while (sampler.Next(batch))
        {
        }
    }

    private static List<(int User, int Positive, int Negative)> Epoch(BprSampler sampler)
    {
        var batch = new Batch(sampler.BatchSize);
        var triples = new List<(int, int, int)>();
        sampler.BeginEpoch();
        while (sampler.Next(batch))
        {
            for (int i = 0; i < batch.Count; i++)
                triples.Add((batch.Users.Span[i], batch.Positives.Span[i], batch.Negatives.Span[i]));
        }

        return triples;
    }

    /// <summary>Up to <paramref name="count"/> distinct random pairs; no user has every item.</summary>
    private static Interactions Random(int users, int items, int count)
    {
        var rng = new Rng(100);
        return Interactions.FromPairs(users, items, Enumerable.Range(0, count).Select(_ => (rng.Next(users), rng.Next(items))));
    }
}
