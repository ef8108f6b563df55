using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;

namespace Tessera.Data.Tests.Synthetic;

public sealed class SyntheticDatasetTests
{
    private static readonly SyntheticDataset EventLog = SyntheticDataset.Create(new());

    [Fact]
    public void It_has_the_sizes_asked_for()
    {
        DatasetStatistics statistics = DatasetStatistics.Of(EventLog.Dataset);

        Assert.Equal((1200, 700), (statistics.Users, statistics.Items));
        Assert.Equal(
            [new ModalityStatistics("image", 128, 0), new ModalityStatistics("text", 96, 0)], statistics.Modalities);
        Assert.InRange(statistics.MeanPerUser, 13, 17);
        Assert.All(EventLog.Dataset.AllInteractions().ItemCounts(), count => Assert.True(count > 0));
    }

    [Fact]
    public void Every_user_has_three_training_items_and_one_held_out_in_each_split() =>
        Assert.All(Enumerable.Range(0, 1200), user =>
        {
            Assert.True(EventLog.Dataset.Train.ItemsOf(user).Length >= 3);
            Assert.True(EventLog.Dataset.Validation.ItemsOf(user).Length >= 1);
            Assert.True(EventLog.Dataset.Test.ItemsOf(user).Length >= 1);
        });

    [Fact]
    public void No_pair_is_in_two_splits()
    {
        Dataset dataset = EventLog.Dataset;

        Assert.Equal(dataset.Train.Count + dataset.Validation.Count + dataset.Test.Count, dataset.AllInteractions().Count);
    }

    [Fact]
    public void Cold_items_are_a_twentieth_and_stand_in_one_held_out_split_each()
    {
        Dataset dataset = EventLog.Dataset;
        int[] train = dataset.Train.ItemCounts(), validation = dataset.Validation.ItemCounts(), test = dataset.Test.ItemCounts();

        int[] cold = [.. Enumerable.Range(0, dataset.Items).Where(item => validation[item] == 0 || test[item] == 0).Where(item => train[item] == 0)];

        Assert.InRange(cold.Length, 30, 40);
        Assert.InRange(cold.Count(item => test[item] == 0), 13, 22);
    }

    [Fact]
    public void Popularity_has_a_long_tail()
    {
        int[] counts = [.. EventLog.Dataset.AllInteractions().ItemCounts().OrderDescending()];

        double head = counts.Take(140).Sum() / (double)counts.Sum();

        Assert.InRange(head, 0.38, 0.70);
        Assert.True(counts[0] > 4 * counts[350], $"most popular {counts[0]}, median {counts[350]}");
    }

    [Fact]
    public void The_hidden_affinity_beats_popularity_by_far()
    {
        int[] popularity = EventLog.Dataset.Train.ItemCounts();

        double byAffinity = RecallAt20(EventLog.Affinity), byPopularity = RecallAt20((_, item) => popularity[item]);

        Assert.True(byAffinity > 2 * byPopularity, $"affinity {byAffinity:F3}, popularity {byPopularity:F3}");
    }

    [Fact]
    public void Features_carry_the_signal_and_each_user_goes_by_one_modality_more()
    {
        float[][] image = Profiles(0), text = Profiles(1);
        float Score(int user, int item, float visual) => (visual * image[user][item]) + ((1 - visual) * text[user][item]);

        double byVisual = RecallAt20((u, i) => Score(u, i, 1)), byBoth = RecallAt20((u, i) => Score(u, i, 0.5f));
        double byShare = RecallAt20((u, i) => Score(u, i, EventLog.VisualShare[u]));
        double byWrongShare = RecallAt20((u, i) => Score(u, i, 1 - EventLog.VisualShare[u]));

        Assert.True(byBoth > byVisual * 1.1, $"both {byBoth:F3}, images {byVisual:F3}");
        Assert.True(byShare > byBoth * 1.1, $"by the user's share {byShare:F3}, both {byBoth:F3}");
        Assert.True(byShare > byWrongShare * 2, $"by the user's share {byShare:F3}, by the opposite {byWrongShare:F3}");
    }

    [Fact]
    public void About_half_of_the_users_go_by_images()
    {
        Assert.All(EventLog.VisualShare, share => Assert.True(share is >= 0.05f and <= 0.25f or >= 0.75f and <= 0.95f, $"{share}"));
        Assert.InRange(EventLog.VisualShare.Count(share => share > 0.5f), 480, 720);
    }

    [Fact]
    public void The_seed_decides_everything()
    {
        var options = new SyntheticDatasetOptions { Users = 50, Items = 60 };
        Dataset first = SyntheticDataset.Create(options).Dataset, again = SyntheticDataset.Create(options).Dataset;
        Dataset other = SyntheticDataset.Create(options with { Seed = 1 }).Dataset;

        Assert.Equal(first.Train.Pairs(), again.Train.Pairs());
        Assert.Equal(first.Modalities[1].Features.Span.ToArray(), again.Modalities[1].Features.Span.ToArray());
        Assert.NotEqual(first.Train.Pairs(), other.Train.Pairs());
        Assert.NotEqual(first.Modalities[1].Features.Span.ToArray(), other.Modalities[1].Features.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_out_of_range_are_refused_by_name(string option, SyntheticDatasetOptions options)
    {
        string message = Assert.Throws<InvalidInputException>(() => SyntheticDataset.Create(options)).Message;

        Assert.Contains($"Option {option} ", message, StringComparison.Ordinal);
        Assert.Contains("expected", message, StringComparison.Ordinal);
    }

    public static TheoryData<string, SyntheticDatasetOptions> BadOptions => new()
    {
        { "Users", new() { Users = 0 } },
        { "Items", new() { Items = 19 } },
        { "MeanInteractions", new() { MeanInteractions = 4 } },
        { "MeanInteractions", new() { MeanInteractions = 300 } },
        { "VisualDimensions", new() { VisualDimensions = 0 } },
        { "TextualDimensions", new() { TextualDimensions = -1 } },
        { "LatentFactors", new() { LatentFactors = 0 } },
        { "SharedVariance", new() { SharedVariance = 1.1 } },
        { "Noise", new() { Noise = double.NaN } },
        { "PreferenceStrength", new() { PreferenceStrength = -1 } },
        { "PopularityExponent", new() { PopularityExponent = double.PositiveInfinity } },
        { "ColdItemFraction", new() { ColdItemFraction = 0.6 } },
    };

    /// <summary>Similarity of each item's features to the mean of the user's training items, by user and item.</summary>
    private static float[][] Profiles(int modality)
    {
        Modality features = EventLog.Dataset.Modalities[modality];
        return [.. Enumerable.Range(0, EventLog.Dataset.Users).Select(user =>
        {
            var profile = new float[features.Dimensions];
            ReadOnlySpan<int> items = EventLog.Dataset.Train.ItemsOf(user);
            foreach (int item in items)
            {
                for (int j = 0; j < profile.Length; j++) profile[j] += features.Features[item, j] / items.Length;
            }

            return Enumerable.Range(0, EventLog.Dataset.Items).Select(item => Cosine(profile, features.Features.Row(item))).ToArray();
        })];
    }

    private static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }

        return dot / MathF.Sqrt(aa * bb);
    }

    private static double RecallAt20(Func<int, int, float> score)
    {
        Dataset dataset = EventLog.Dataset;
        return Enumerable.Range(0, dataset.Users).Average(user =>
        {
            HashSet<int> seen = [.. dataset.Train.ItemsOf(user)], test = [.. dataset.Test.ItemsOf(user)];
            IEnumerable<int> top = Enumerable.Range(0, dataset.Items).Where(item => !seen.Contains(item)).OrderByDescending(item => score(user, item)).Take(20);
            return top.Count(test.Contains) / (double)test.Count;
        });
    }
}
