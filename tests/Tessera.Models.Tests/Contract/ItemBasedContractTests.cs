using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;

namespace Tessera.Models.Tests.Contract;

/// <summary>What every item-based model of the catalog must do, the next one as well.</summary>
public sealed class ItemBasedContractTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Of(typeof(LirdRec).Assembly);

    public static TheoryData<string> Names => [.. Catalog.Models.Where(model => model.IsItemBased).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_solves_a_checkerboard_unless_it_gives_everyone_the_same(string name)
    {
        Dataset board = Checkerboard.Create();
        Matrix scores = Scores(name, board, threads: 1);

        for (int user = 0; user < Checkerboard.Users; user++)
        {
            if (name == "popularity") Assert.Equal(board.Train.ItemCounts().Select(count => (float)count), scores.Row(user).ToArray());
            else
            {
                float others = Enumerable.Range(0, Checkerboard.Items).Where(item => Checkerboard.GroupOf(item) != Checkerboard.GroupOf(user)).Max(item => scores[user, item]);
                foreach (int item in board.Test.ItemsOf(user)) Assert.True(scores[user, item] > others, $"User {user}, item {item}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_gives_the_same_bits_on_any_number_of_threads(string name)
    {
        float[] first = Scores(name, Checkerboard.Create(), threads: 1).Span.ToArray();

        foreach (int threads in new[] { 2, 3 }) Assert.Equal(first, Scores(name, Checkerboard.Create(), threads).Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_scores_of_one_user_are_a_row_of_all_and_those_of_some_items_are_columns(string name)
    {
        Dataset board = Checkerboard.Create();
        Matrix all = Scores(name, board, threads: 1);
        using var device = new Device(1);
        using ItemWeightsScorer scorer = Scorer(name, board, device);
        using IScorer some = scorer.Among([3, 7, 20], device);
        using Matrix one = new(1, Checkerboard.Items), few = new(1, 3);

        for (int user = 0; user < Checkerboard.Users; user++)
        {
            scorer.Score([user], one, device);
            some.Score([user], few, device);
            Assert.Equal(all.Row(user).ToArray(), one.Row(0).ToArray());
            Assert.Equal([all[user, 3], all[user, 7], all[user, 20]], few.Row(0).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Seen_items_are_never_ranked(string name)
    {
        Dataset board = Checkerboard.Create();
        using var device = new Device(1);
        using ItemWeightsScorer scorer = Scorer(name, board, device);
        IReadOnlyList<EvaluationResult> results =
            new Evaluator(device, board.Train).Evaluate(scorer, [new HeldOut("seen", board.Train), new HeldOut("test", board.Test)]);

        Assert.All(results[0].Metrics.Values, value => Assert.Equal(0d, value));
        Assert.Equal(1d, results[1][MetricName.Parse("Recall@20")]); // 15 candidates a user
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_not_created_as_a_trained_model(string name)
    {
        ModelDescription model = Catalog.Find(name);
        using var device = new Device(1);

        string message = Assert.Throws<InvalidInputException>(() => model.Create(Inputs(Checkerboard.Create(), device), Defaults(model))).Message;

        Assert.StartsWith($"{model.Title} is item-based", message, StringComparison.Ordinal);
    }

    private static Matrix Scores(string name, Dataset board, int threads)
    {
        using var device = new Device(threads);
        using ItemWeightsScorer scorer = Scorer(name, board, device);
        var scores = new Matrix(Checkerboard.Users, Checkerboard.Items);
        scorer.Score([.. Enumerable.Range(0, Checkerboard.Users)], scores, device);
        return scores;
    }

    private static ItemWeightsScorer Scorer(string name, Dataset board, Device device)
    {
        ModelDescription description = Catalog.Find(name);
        ItemBasedRecommender model = description.CreateItemBased(Inputs(board, device), Defaults(description));
        return new ItemWeightsScorer(new ItemWeights(model.ComputeWeights(device), model.Bias), board.Train.ItemsOf);
    }

    private static RecommenderInputs Inputs(Dataset board, Device device) => new(board.Train, board.Modalities, new Rng(1), new NeighborGraphs(device));

    private static object Defaults(ModelDescription model) => OptionsBinder.Bind(model.OptionsType, []);
}
