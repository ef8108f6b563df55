using System.Collections.Concurrent;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Tests.Evaluation;

public sealed partial class EvaluatorTests
{
    private const int Users = 300;
    private const int Items = 60;

    [Theory]
    [InlineData(Protocol.Strict)]
    [InlineData(Protocol.Mmrec)]
    public void Metrics_are_those_of_a_full_sort_in_double(Protocol protocol)
    {
        Dataset dataset = Draw(1);
        using Embeddings embeddings = DrawEmbeddings(2);
        using var device = new Device(1);
        HeldOut test = HeldOut.Test(dataset, protocol), validation = HeldOut.Validation(dataset);

        IReadOnlyList<EvaluationResult> results = new Evaluator(device, dataset.Train).Evaluate(embeddings, [validation, test]);

        AssertSame(Twin(dataset.Train, validation, embeddings), results[0]);
        AssertSame(Twin(dataset.Train, test, embeddings), results[1]);
        Assert.Equal(protocol == Protocol.Strict, test.AlsoMasked is not null);
    }

    [Fact]
    public void Both_splits_in_one_pass_are_as_each_alone()
    {
        Dataset dataset = Draw(3);
        using Embeddings embeddings = DrawEmbeddings(4);
        using var device = new Device(1);
        var evaluator = new Evaluator(device, dataset.Train);
        HeldOut[] splits = [HeldOut.Validation(dataset), HeldOut.Test(dataset, Protocol.Strict)];

        IReadOnlyList<EvaluationResult> together = evaluator.Evaluate(embeddings, splits);

        for (int s = 0; s < splits.Length; s++)
        {
            EvaluationResult alone = evaluator.Evaluate(embeddings, [splits[s]])[0];
            Assert.Equal((alone.Split, alone.Users), (together[s].Split, together[s].Users));
            Assert.Equal(alone.Metrics, together[s].Metrics);
        }
    }

    [Fact]
    public void A_cut_off_beyond_the_items_ranks_them_all()
    {
        Dataset dataset = Draw(3);
        using Embeddings embeddings = DrawEmbeddings(4);
        using var device = new Device(2);
        MetricName all = new(Metric.Ndcg, Items), more = new(Metric.Ndcg, int.MaxValue);
        HeldOut[] splits = [HeldOut.Validation(dataset), HeldOut.Test(dataset, Protocol.Strict)];
        foreach (EvaluationResult result in new Evaluator(device, dataset.Train, [all, more]).Evaluate(embeddings, splits))
            Assert.Equal(result[all], result[more]);
    }

    [Fact]
    public void A_device_of_one_thread_measures_on_the_callers()
    {
        Dataset dataset = Draw(5);
        using Embeddings embeddings = DrawEmbeddings(6);
        using var device = new Device(1);
        var others = new ConcurrentBag<int>();
        var followed = new AsyncLocal<bool>(change =>
        {
            if (change.ThreadContextChanged) others.Add(Environment.CurrentManagedThreadId); // work came from here to that thread
        })
        {
            Value = true,
        };

        new Evaluator(device, dataset.Train).Evaluate(embeddings, [HeldOut.Validation(dataset)]);

        Assert.True(followed.Value);
        Assert.Empty(others);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_number_of_threads_changes_no_bit(int threads)
    {
        Dataset dataset = Draw(5);
        using Embeddings embeddings = DrawEmbeddings(6);
        HeldOut[] splits = [HeldOut.Validation(dataset), HeldOut.Test(dataset, Protocol.Strict)];
        using Device one = new(1), several = new(threads);

        IReadOnlyList<EvaluationResult> expected = new Evaluator(one, dataset.Train).Evaluate(embeddings, splits);
        IReadOnlyList<EvaluationResult> actual = new Evaluator(several, dataset.Train).Evaluate(embeddings, splits);

        for (int s = 0; s < splits.Length; s++) Assert.Equal(expected[s].Metrics, actual[s].Metrics);
    }

    [Fact]
    public void Blocks_of_users_do_not_show()
    {
        const int many = 1100; // a block has 1024 users where there are few items
        var train = Interactions.FromPairs(many, 6, Enumerable.Range(0, many).Select(user => (user, user % 5)));
        var relevant = Interactions.FromPairs(many, 6, Enumerable.Range(0, many).Select(user => (user, 5)));
        var users = new Matrix(many, 1);
        for (int user = 0; user < many; user++) users[user, 0] = user < 1050 ? 1f : -1f;
        using var embeddings = new Embeddings(users, Matrix.From(new float[,] { { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 } }));
        using var device = new Device(2);

        EvaluationResult result = new Evaluator(device, train, [new MetricName(Metric.Recall, 1)]).Evaluate(embeddings, [new HeldOut("test", relevant)])[0];

        Assert.Equal(many, result.Users);
        Assert.Equal(1050d / many, result[new MetricName(Metric.Recall, 1)], 1e-12);
    }

    [Fact]
    public void Users_without_a_training_or_a_held_out_item_do_not_count()
    {
        Interactions train = Interactions.FromPairs(4, 3, [(0, 0), (1, 0), (3, 2)]);
        Interactions relevant = Interactions.FromPairs(4, 3, [(0, 1), (2, 1), (3, 1)]); // user 1 has none, user 2 no training item
        using var embeddings = new Embeddings(
            Matrix.From(new float[,] { { 1 }, { 1 }, { 1 }, { -1 } }), Matrix.From(new float[,] { { 3 }, { 2 }, { 1 } }));
        using var device = new Device(1);

        EvaluationResult result = new Evaluator(device, train).Evaluate(embeddings, [new HeldOut("test", relevant)])[0];

        Assert.Equal(2, result.Users);
        Assert.Equal(1d, result[MetricName.Parse("Recall@5")]); // both items left fit in five
        Assert.Equal(1d, result[MetricName.Parse("NDCG@5")]);   // user 0 ranks 1, 2; user 3 ranks 1, 0
    }

    [Fact]
    public void A_cut_off_above_the_number_of_items_counts_what_there_is()
    {
        Interactions train = Interactions.FromPairs(1, 4, [(0, 0)]);
        Interactions relevant = Interactions.FromPairs(1, 4, [(0, 1), (0, 3)]);
        using var embeddings = new Embeddings(Matrix.From(new float[,] { { 1 } }), Matrix.From(new float[,] { { 9 }, { 1 }, { 3 }, { 2 } }));
        using var device = new Device(1);

        EvaluationResult result = new Evaluator(device, train).Evaluate(embeddings, [new HeldOut("test", relevant)])[0];

        Assert.Equal(1d, result[MetricName.Parse("Recall@50")]);
        Assert.Equal(2d / 50, result[MetricName.Parse("Precision@50")], 1e-15);
        Assert.Equal(((1d / 2) + (2d / 3)) / 2, result[MetricName.Parse("MAP@50")], 1e-15);
    }

    [Fact]
    public void Of_equal_scores_the_lowest_item_comes_first()
    {
        Interactions train = Interactions.FromPairs(1, 40, [(0, 1)]);
        using var embeddings = new Embeddings(new Matrix(1, 2), new Matrix(40, 2)); // every score is 0: items rank 0, 2, 3, 4, …
        using var device = new Device(1);

        double Ndcg(int item) => new Evaluator(device, train, [new MetricName(Metric.Ndcg, 5)]).Evaluate(
            embeddings, [new HeldOut("test", Interactions.FromPairs(1, 40, [(0, item)]))])[0][new MetricName(Metric.Ndcg, 5)];

        Assert.Equal(1d, Ndcg(0), 1e-15);
        Assert.Equal(1 / Math.Log2(3), Ndcg(2), 1e-15);
        Assert.Equal(1 / Math.Log2(6), Ndcg(5), 1e-15);
        Assert.Equal(0d, Ndcg(6));
        Assert.Equal(0d, Ndcg(1)); // known from training
    }

    [Fact]
    public void Candidates_are_ranked_alone_where_a_split_limits_them()
    {
        // Scores of items 0 to 5 are 9, 8, 7, 1, 5, 3 for user 0 and their opposites for user 1; items 3 and 5 are cold.
        Interactions train = Interactions.FromPairs(3, 6, [(0, 0), (1, 4)]); // user 2 has no training item and does not count
        Interactions relevant = Interactions.FromPairs(3, 6, [(0, 3), (1, 3), (2, 5)]);
        using var embeddings = new Embeddings(
            Matrix.From(new float[,] { { 1 }, { -1 }, { 1 } }), Matrix.From(new float[,] { { 9 }, { 8 }, { 7 }, { 1 }, { 5 }, { 3 } }));
        using var device = new Device(1);
        HeldOut all = new("test", relevant), cold = all with { Candidates = [3, 5] };
        var metric = new MetricName(Metric.Ndcg, 5);

        IReadOnlyList<EvaluationResult> results = new Evaluator(device, train, [metric]).Evaluate(embeddings, [cold, all]);

        Assert.Equal([2, 2], results.Select(result => result.Users));
        Assert.Equal(((1 / Math.Log2(3)) + 1) / 2, results[0][metric], 1e-15); // user 0: 5, 3; user 1: 3, 5
        Assert.Equal(((1 / Math.Log2(6)) + 1) / 2, results[1][metric], 1e-15); // user 0: 1, 2, 4, 5, 3; user 1: 3, 5, 2, 1, 0
    }

    [Fact]
    public void Warm_and_cold_items_are_measured_apart_among_all_items()
    {
        // Each user likes low numbers; item 0 is trained on, 1 and 4 are cold.
        Interactions train = Interactions.FromPairs(4, 30, [(0, 0), (1, 0), (2, 0)]); // user 3 has no training item and does not count
        Interactions relevant = Interactions.FromPairs(4, 30, [(0, 1), (0, 2), (0, 9), (1, 3), (2, 4), (3, 1)]);
        using var embeddings = new Embeddings(
            Matrix.From(new float[,] { { 1 }, { 1 }, { 1 }, { 1 } }), Matrix.From(new float[30, 1]));
        for (int item = 0; item < 30; item++) embeddings.Items[item, 0] = 30 - item;
        using var device = new Device(1);
        MetricName recall = new(Metric.Recall, 2), other = new(Metric.Recall, 3);
        var split = new HeldOut("test", relevant) { ColdItems = [1, 4] };

        EvaluationResult result = new Evaluator(device, train, [recall, other]).Evaluate(embeddings, [split])[0];

        // The best two are 1 and 2, the best three 1, 2 and 3.
        Assert.Equal((3, 2, 2), (result.Users, result.Warm!.Users, result.Cold!.Users));
        Assert.Equal((2 / 3d / 3, 1 / 2d / 2, 1 / 2d), (result[recall], result.Warm[recall], result.Cold[recall]));
        Assert.Equal(2 * (1 / 4d) * (1 / 2d) / ((1 / 4d) + (1 / 2d)), result.HarmonicMean(recall), 1e-15);
        Assert.Equal(result.HarmonicMean(other), result.Decisive(other));
        Assert.Equal(2 / 20d, result.ColdShare!.Value); // of items 1 to 20
        Assert.Equal(result.ToJson()!.ToJsonString(), EvaluationResult.FromJson("test", result.ToJson()).ToJson()!.ToJsonString());
    }

    [Fact]
    public void Warm_and_cold_items_are_measured_apart_among_candidates_too()
    {
        // Each user likes low numbers: of the candidates 2, 9, 20 and 28, the cold ones are 9 and 28.
        Interactions train = Interactions.FromPairs(2, 30, [(0, 0), (1, 0)]), relevant = Interactions.FromPairs(2, 30, [(0, 2), (0, 28), (1, 9)]);
        using var embeddings = new Embeddings(Matrix.From(new float[,] { { 1 }, { 1 } }), new Matrix(30, 1));
        for (int item = 0; item < 30; item++) embeddings.Items[item, 0] = 30 - item;
        using var device = new Device(1);
        var recall = new MetricName(Metric.Recall, 1);
        var split = new HeldOut("test", relevant, Candidates: [2, 9, 20, 28]) { ColdItems = [4, 9, 28, 29] };

        EvaluationResult result = new Evaluator(device, train, [recall, new(Metric.Recall, 2)]).Evaluate(embeddings, [split])[0];

        Assert.Equal((2, 1, 2), (result.Users, result.Warm!.Users, result.Cold!.Users));
        Assert.Equal((1 / 4d, 1d, 0d), (result[recall], result.Warm[recall], result.Cold[recall])); // all are shown 2 first
        Assert.Equal(1 / 2d, result.Cold[new(Metric.Recall, 2)]);
        Assert.Equal(1 / 2d, result.ColdShare!.Value);
    }

    [Fact]
    public void Parts_of_a_mixed_split_are_those_of_a_full_sort_in_double()
    {
        Dataset dataset = Draw(9);
        int[] cold = [.. Enumerable.Range(0, Items).Where(item => item % 5 == 2)];
        using Embeddings embeddings = DrawEmbeddings(10);
        using var device = new Device(2);
        HeldOut test = HeldOut.Test(dataset, Protocol.Strict);

        EvaluationResult result = new Evaluator(device, dataset.Train).Evaluate(embeddings, [test with { ColdItems = cold }])[0];

        HeldOut Only(bool isCold) => test with { Relevant = Interactions.FromPairs(Users, Items, dataset.Test.Pairs().Where(pair => (pair.Item % 5 == 2) == isCold)) };
        AssertSame(Twin(dataset.Train, test, embeddings), result);
        AssertSame(Twin(dataset.Train, Only(isCold: false), embeddings), result.Warm!);
        AssertSame(Twin(dataset.Train, Only(isCold: true), embeddings), result.Cold!);
    }

    [Fact]
    public void A_part_without_users_leaves_the_metric_itself_to_decide()
    {
        Dataset dataset = Draw(9);
        using Embeddings embeddings = DrawEmbeddings(10);
        using var device = new Device(1);
        var recall = new MetricName(Metric.Recall, 20);

        EvaluationResult result = new Evaluator(device, dataset.Train).Evaluate(embeddings, [HeldOut.Validation(dataset) with { ColdItems = [] }])[0];

        Assert.Equal((0, 0d), (result.Cold!.Users, result.ColdShare!.Value));
        Assert.True(double.IsNaN(result.HarmonicMean(recall)));
        Assert.Equal(result[recall], result.Decisive(recall));
        Assert.DoesNotContain("harmonicMean", result.ToJson()!.ToJsonString(), StringComparison.Ordinal);
        EvaluationResult none = result with { Warm = new("test", 1, new Dictionary<MetricName, double> { [recall] = 0 }), Cold = new("test", 1, new Dictionary<MetricName, double> { [recall] = 0 }) };
        Assert.Equal(0d, none.HarmonicMean(recall));
    }

    [Fact]
    public void Limited_candidates_are_those_of_a_full_sort_in_double()
    {
        Dataset dataset = Draw(7);
        int[] candidates = [.. Enumerable.Range(0, Items).Where(item => item % 3 == 1)];
        Interactions relevant = Interactions.FromPairs(Users, Items, dataset.Test.Pairs().Where(pair => pair.Item % 3 == 1));
        using Embeddings embeddings = DrawEmbeddings(8);
        using var device = new Device(2);
        var limited = new HeldOut("test", relevant, dataset.Validation, candidates);
        HeldOut validation = HeldOut.Validation(dataset);

        IReadOnlyList<EvaluationResult> results = new Evaluator(device, dataset.Train).Evaluate(embeddings, [validation, limited]);

        AssertSame(Twin(dataset.Train, validation, embeddings), results[0]);
        AssertSame(Twin(dataset.Train, limited, embeddings), results[1]);
    }

    [Fact]
    public void A_held_out_item_that_is_no_candidate_is_refused()
    {
        using var embeddings = new Embeddings(new Matrix(1, 1), new Matrix(3, 1));
        using var device = new Device(1);
        var evaluator = new Evaluator(device, Interactions.FromPairs(1, 3, [(0, 0)]));

        Assert.Throws<ArgumentException>(
            () => evaluator.Evaluate(embeddings, [new HeldOut("test", Interactions.FromPairs(1, 3, [(0, 1), (0, 2)]), null, [2])]));
    }

    [Fact]
    public void A_split_without_users_is_refused()
    {
        Interactions train = Interactions.FromPairs(2, 3, [(0, 0)]);
        using var embeddings = new Embeddings(new Matrix(2, 1), new Matrix(3, 1));
        using var device = new Device(1);

        var refused = Assert.Throws<InvalidInputException>(
            () => new Evaluator(device, train).Evaluate(embeddings, [new HeldOut("test", Interactions.FromPairs(2, 3, [(1, 1)]))]));
        Assert.Contains("test", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_stops_the_evaluation()
    {
        Dataset dataset = Draw(1);
        using Embeddings embeddings = DrawEmbeddings(2);
        using var device = new Device(1);

        Assert.Throws<OperationCanceledException>(
            () => new Evaluator(device, dataset.Train).Evaluate(embeddings, [HeldOut.Validation(dataset)], new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("strict", Protocol.Strict)]
    [InlineData("mmrec", Protocol.Mmrec)]
    public void Protocols_are_known_by_name(string name, Protocol protocol)
    {
        Assert.Equal(protocol, KebabCase.Parse<Protocol>("protocol", name));
        Assert.Equal(name, KebabCase.Of(protocol));
        Assert.Throws<InvalidInputException>(() => KebabCase.Parse<Protocol>("protocol", name + "!"));
    }

    private static Dataset Draw(ulong seed)
    {
        var rng = new Rng(seed);
        var splits = new List<(int, int)>[3];
        for (int s = 0; s < 3; s++) splits[s] = [];
        for (int user = 0; user < Users; user++)
            for (int item = 0; item < Items; item++)
                if (rng.NextDouble() < user % 7 * 0.05) splits[rng.Next(3)].Add((user, item));
        Interactions[] parts = [.. splits.Select(pairs => Interactions.FromPairs(Users, Items, pairs))];
        return new Dataset("drawn", parts[0], parts[1], parts[2], []);
    }

    // Small whole numbers: float scores are exact, and there are many ties.
    private static Embeddings DrawEmbeddings(ulong seed)
    {
        var rng = new Rng(seed);
        Matrix users = new(Users, 5), items = new(Items, 5);
        foreach (ref float value in users.Span) value = rng.Next(9) - 4;
        foreach (ref float value in items.Span) value = rng.Next(9) - 4;
        return new Embeddings(users, items);
    }

    private static (int Users, Dictionary<MetricName, double> Metrics) Twin(Interactions train, HeldOut split, Embeddings embeddings)
    {
        var accumulator = new MetricAccumulator();
        for (int user = 0; user < Users; user++)
        {
            if (train.ItemsOf(user).IsEmpty || split.Relevant.ItemsOf(user).IsEmpty) continue;
            int[] ranked =
            [
                .. Enumerable.Range(0, Items)
                    .Where(item => !train.Contains(user, item) && split.AlsoMasked?.Contains(user, item) != true)
                    .Where(item => split.Candidates?.Contains(item) != false)
                    .OrderByDescending(item => Score(embeddings, user, item))
                    .ThenBy(item => item),
            ];
            var values = new double[accumulator.Names.Count];
            accumulator.Measure(ranked, split.Relevant.ItemsOf(user), values);
            accumulator.Add(values);
        }

        return (accumulator.Users, accumulator.Averages().ToDictionary());
    }

    private static double Score(Embeddings embeddings, int user, int item)
    {
        double score = 0;
        for (int c = 0; c < embeddings.Users.Columns; c++) score += (double)embeddings.Users[user, c] * embeddings.Items[item, c];
        return score;
    }

    private static void AssertSame((int Users, Dictionary<MetricName, double> Metrics) expected, EvaluationResult actual)
    {
        Assert.Equal(expected.Users, actual.Users);
        Assert.Equal(expected.Metrics.Count, actual.Metrics.Count);
        foreach ((MetricName name, double value) in expected.Metrics) Assert.Equal(value, actual[name], 1e-12);
    }

    [Fact]
    public void A_run_is_watched_among_cold_items_only_where_all_of_validation_is_cold()
    {
        Interactions train = Interactions.FromPairs(2, 5, [(0, 0), (1, 1)]);
        Assert.Equal([2, 4], HeldOut.Monitored(train, Interactions.FromPairs(2, 5, [(0, 2), (1, 4)])).Candidates);
        Assert.Null(HeldOut.Monitored(train, Interactions.FromPairs(2, 5, [(0, 2), (1, 0)])).Candidates);
        Assert.Null(HeldOut.Monitored(train, Interactions.FromPairs(2, 5, [])).Candidates);
        HeldOut mixed = HeldOut.Monitored(train, Interactions.FromPairs(2, 5, [(0, 2), (1, 4)]), [2, 3, 4]);
        Assert.Null(mixed.Candidates);
        Assert.Equal([2, 3, 4], mixed.ColdItems!);
    }
}
