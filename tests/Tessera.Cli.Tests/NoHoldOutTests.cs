using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Cli.Tests;

/// <summary>Data with nothing held out, and items that nobody has bought yet.</summary>
public sealed class NoHoldOutTests(Workplace work) : IClassFixture<Workplace>
{
    private const string Cold = "29";

    public static TheoryData<string> Models => [.. ModelCatalog.Of(typeof(LirdRec).Assembly).Models.Where(model => !model.IsItemBased).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_trained_model_trains_on_everything_and_answers_for_cold_items(string model)
    {
        string data = Everything(), run = work.New("run");
        string[] command = ["train", "--data", data, "--model", model, "--out", run, "--set", "epochs=2"];

        Outcome train = work.Run(command);

        Assert.Equal((0, ""), (train.Code, string.Join('\n', train.Errors)));
        Assert.Contains(
            "There are no validation interactions, so training runs 2 epochs without early stopping and keeps the last; 'epochs' sets another number.",
            train.Error, StringComparison.Ordinal);
        Assert.Contains("Trained all 2 epochs; the last is kept, for there is no validation to measure", train.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Recall", train.Out, StringComparison.Ordinal);
        Assert.Contains(Cold, Items(work.Run("recommend", "--run", run, "--user", "3", "--count", "100", "--json")));
        Assert.Equal(5, Items(work.Run("similar", "--run", run, "--item", Cold, "--count", "5", "--json")).Length);
        Assert.Contains(Cold, Items(work.Run("similar", "--run", run, "--item", "0", "--count", "100", "--json")));
    }

    [Fact]
    public void What_is_missing_is_null_in_the_metrics_and_a_sentence_when_it_is_asked_for()
    {
        string data = Everything(), run = work.New("run");
        Outcome train = work.Run(["train", "--data", data, "--model", "mf", "--out", run, "--json", .. Workplace.Quick]);

        Assert.True(train.Json.ContainsKey("test") && train.Json["test"] is null && train.Json["validation"] is null);
        foreach (string split in new[] { "test", "validation" })
        {
            Outcome evaluate = work.Run("evaluate", "--run", run, "--data", data, "--split", split);
            Assert.Equal(2, evaluate.Code);
            Assert.StartsWith($"error: There are no {split} interactions to measure; expected some", Assert.Single(evaluate.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_scheme_none_makes_such_a_set_with_the_items_that_nobody_bought()
    {
        string log = work.New("log"), data = work.New("data"), run = work.New("run");
        using (var writer = new EventLogWriter(log, "shop", []))
        {
            for (int i = 0; i < 60; i++) writer.Add(new Event(writer.User($"user {i / 5}"), writer.Item($"item {i * 7 % 13}"), 1000 + i, 5));
            writer.AddItem(new ItemRecord("new", new Dictionary<string, string> { ["title"] = "blue chair" }, null));
            for (int item = 0; item < 13; item++)
            {
                string title = $"{new[] { "blue", "red", "green" }[item % 3]} {new[] { "chair", "lamp", "table", "bed" }[item % 4]}";
                writer.AddItem(new ItemRecord($"item {item}", new Dictionary<string, string> { ["title"] = title }, null));
            }

            writer.Complete(new JsonObject { ["step"] = "import" });
        }

        Outcome split = work.Run("data", "split", "--log", log, "--out", data, "--scheme", "none", "--json");
        Assert.Equal((60, 0, 0, 1, 14), (
            (int)split.Json["after"]!["training"]!, (int)split.Json["after"]!["validation"]!, (int)split.Json["after"]!["test"]!,
            (int)split.Json["after"]!["coldItems"]!, (int)split.Json["after"]!["items"]!));
        Assert.Contains("note: Nothing is held out", split.Error, StringComparison.Ordinal);
        Outcome encode = work.Run("data", "encode", "--data", data, "--encoder", "tfidf", "--json");
        Assert.Equal((0, ""), (encode.Code, string.Join('\n', encode.Errors)));
        Assert.Equal(14, (int)encode.Json["items"]!);
        Outcome train = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]);
        Assert.Equal((0, ""), (train.Code, string.Join('\n', train.Errors)));
        Assert.Contains("new", Items(work.Run("recommend", "--run", run, "--user", "user 3", "--count", "100", "--json")));
        Assert.NotEmpty(Items(work.Run("similar", "--run", run, "--item", "new", "--json")));
    }

    [Fact]
    public void Recall_at_more_than_the_candidates_is_said_to_say_nothing()
    {
        string run = work.New("run");
        Outcome train = work.Run(["train", "--data", work.Data, "--model", "mf", "--out", run, .. Workplace.Quick]);
        Outcome evaluate = work.Run("evaluate", "--run", run, "--data", work.Data);

        Assert.Matches(@"No user has more than 2\d candidates in validation, so Recall@50 is 1 whatever the model", train.Error);
        Assert.Matches(@"note: No user has more than 2\d candidates in test, so Recall@50 is 1 whatever the model", evaluate.Error);
    }

    [Fact]
    public void Features_are_looked_at_by_stats_and_before_training()
    {
        string data = work.New("scaled");
        Dataset tiny = Workplace.Tiny(seed: 7);
        foreach (ref float value in tiny.Modalities[1].Features.Span) value *= 1000;
        DatasetWriter.Write(tiny, data);

        Outcome stats = work.Run("data", "stats", "--data", data), json = work.Run("data", "stats", "--data", data, "--json");
        Outcome train = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", work.New("run"), .. Workplace.Quick]);
        Outcome without = work.Run(["train", "--data", data, "--model", "mf", "--out", work.New("run"), .. Workplace.Quick]);

        foreach (string row in new[] { "row norms: median (range)", "mean cosine of two items", "neighbor lift, 30 items" })
            Assert.Contains(row, stats.Out, StringComparison.Ordinal);
        Assert.Matches("note: The rows of text are .* times as long as those of image", stats.Error);
        JsonNode text = json.Json["modalities"]![1]!;
        Assert.True((double)text["rowNorms"]!["median"]! > 100);
        Assert.InRange((double)text["meanCosine"]!, -1, 1);
        Assert.True((double)text["neighborLift"]! > 0);
        Assert.Equal(30, (int)text["sampledItems"]!);
        Assert.Matches(@"note: text: row norms [\d,]+ \([\d,]+ to [\d,]+\), mean cosine -?\d\.\d\d, neighbor lift \d+\.\d\d \(sample of 30 items\)", train.Error);
        Assert.Matches("note: The rows of text are .* times as long as those of image", train.Error);
        Assert.DoesNotContain("row norms", without.Error, StringComparison.Ordinal); // it learns from no features
    }

    /// <summary>40 users and 30 items with features, the last three without an interaction, all others in training.</summary>
    private string Everything()
    {
        Dataset tiny = Workplace.Tiny(seed: 7);
        Interactions none = Interactions.FromPairs(tiny.Users, tiny.Items, []);
        Interactions all = Interactions.FromPairs(tiny.Users, tiny.Items, tiny.AllInteractions().Pairs().Where(pair => pair.Item < 27));
        string data = work.New("everything");
        DatasetWriter.Write(tiny.WithSplits(all, none, none), data);
        return data;
    }

    private static string[] Items(Outcome outcome)
    {
        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        return [.. outcome.Json["items"]!.AsArray().Select(item => (string)item!["item"]!)];
    }
}
