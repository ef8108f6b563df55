using System.Text.Json.Nodes;

namespace Tessera.Cli.Tests;

/// <summary>Models without epochs and vectors, and scores that others' behavior corrects.</summary>
public sealed class ItemBasedTests(Workplace work) : IClassFixture<Workplace>
{
    [Theory]
    [InlineData("ease")]
    [InlineData("item-knn")]
    [InlineData("popularity")]
    public void It_is_trained_measured_recommends_and_says_what_is_similar(string model)
    {
        string run = Train(model);
        JsonNode saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!;

        Outcome evaluate = work.Run("evaluate", "--run", run, "--data", work.Data, "--json");
        Outcome recommend = work.Run("recommend", "--run", run, "--user", "3", "--count", "5", "--json");
        Outcome similar = work.Run("similar", "--run", run, "--item", "4", "--count", "3", "--json");

        Assert.Equal(saved["test"]!["metrics"]!.ToJsonString(), evaluate.Json["metrics"]!.ToJsonString());
        Assert.Equal(5, recommend.Json["items"]!.AsArray().Count);
        Assert.Equal(model, (string)recommend.Json["model"]!);
        if (model == "popularity")
        {
            Assert.Equal(2, similar.Code);
            Assert.Contains("popularity, knows nothing of which items go together", Assert.Single(similar.Errors), StringComparison.Ordinal);
        }
        else Assert.InRange(similar.Json["items"]!.AsArray().Count, 1, 3);
    }

    [Fact]
    public void What_it_has_no_use_for_is_refused_and_nothing_is_written()
    {
        string earlier = Train("ease"), run = work.New("run"), vectors = work.New("vectors");

        Refused("ItemKNN is computed at once, without epochs, so epochs would do nothing; leave it out", "train", "--data", work.Data, "--model", "item-knn", "--out", run, "--set", "epochs=3");
        Refused("EASE is computed at once and starts from nothing", "train", "--data", work.Data, "--model", "ease", "--out", run, "--from", earlier);
        Refused("ease, is item-based and has no vectors", "export", "--run", earlier, "--out", vectors);

        Assert.False(Path.Exists(run));
        Assert.False(Path.Exists(vectors));
    }

    [Fact]
    public void It_says_that_nothing_was_trained_and_is_shown_again_and_repeated()
    {
        string run = work.New("run"), again = work.New("again");
        Outcome train = work.Run("train", "--data", work.Data, "--model", "ease", "--out", run, "--set", "regularization=5");
        Outcome shown = work.Run("train", "--data", work.Data, "--model", "ease", "--out", run, "--set", "regularization=5", "--resume");
        Outcome repeated = work.Run("train", "--data", work.Data, "--config", Path.Combine(run, "config.json"), "--out", again);

        Assert.Contains("EASE on synthetic", train.Out, StringComparison.Ordinal);
        Assert.Contains("Computed from the training interactions, without epochs\n", train.Out, StringComparison.Ordinal);
        Assert.Equal((0, 0), (shown.Code, repeated.Code));
        Assert.Equal(File.ReadAllText(Path.Combine(run, "SHA256SUMS")), File.ReadAllText(Path.Combine(again, "SHA256SUMS")));
        Assert.Contains("ease: EASE (WWW 2019), item-based: without epochs and options of training", work.Run("models").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ease")]
    [InlineData("item-knn")]
    public void Who_has_nothing_that_tells_of_other_items_gets_the_popular_ones_and_such_an_item_has_none_like_it(string model)
    {
        string data = work.New("lonely"), run = work.New("run");
        Directory.CreateDirectory(data);
        File.WriteAllLines(Path.Combine(data, "lonely.inter"),
            ["userID\titemID\tx_label", "0\t0\t0", "0\t1\t0", "1\t0\t0", "1\t1\t0", "2\t1\t0", "2\t2\t0", "3\t2\t0", "3\t0\t0", "4\t3\t0"]);
        Assert.Equal(0, work.Run("train", "--data", data, "--model", model, "--out", run).Code);

        Outcome text = work.Run("recommend", "--run", run, "--user", "4"), json = work.Run("recommend", "--run", run, "--user", "4", "--json");
        Outcome visitor = work.Run("recommend", "--run", run, "--liked", "3"), similar = work.Run("similar", "--run", run, "--item", "3");
        string file = work.New("all") + ".csv";
        Outcome all = work.Run("recommend", "--run", run, "--all-users", "--out", file);

        Assert.StartsWith("User 4 has nothing in training that tells of other items, so these are the popular items\n", text.Out, StringComparison.Ordinal);
        Assert.StartsWith("A visitor who likes 3 has nothing in training that tells of other items", visitor.Out, StringComparison.Ordinal);
        Assert.Equal("popular", (string)json.Json["reason"]!);
        Assert.Equal([3.0, 3.0, 2.0], json.Json["items"]!.AsArray().Select(item => (double)item!["score"]!));
        Assert.Contains("note: 1 user of 5 had nothing in training that tells of other items and got what is popular", all.Error, StringComparison.Ordinal);
        Assert.Equal((0, $"Items like 3: none, for by the model, {model}, having this one adds to the score of no other\n"), (similar.Code, similar.Out));
    }

    [Fact]
    public void A_list_of_item_based_models_leaves_training_options_out()
    {
        Assert.DoesNotContain("learningRate", work.Run("models", "--model", "ease").Out, StringComparison.Ordinal);
        Assert.Empty(work.Run("models", "--model", "ease", "--json").Json["trainingOptions"]!.AsArray());
        Assert.Contains("learningRate", work.Run("models", "--model", "mf").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corrected_run_says_by_what_and_how_much_and_shows_its_part()
    {
        string run = work.New("run");
        Outcome train = work.Run(["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Workplace.Quick, "--set", "behavior=ease", "--set", "behaviorWeight=0.4"]);

        Assert.Contains("Scores are corrected by behavior=ease with weight 0.4", train.Out, StringComparison.Ordinal);
        JsonNode saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!;
        Assert.Equal(saved["test"]!["metrics"]!.ToJsonString(), work.Run("evaluate", "--run", run, "--data", work.Data, "--json").Json["metrics"]!.ToJsonString());
        JsonNode first = work.Run("recommend", "--run", run, "--user", "3", "--json").Json["items"]![0]!;
        Assert.Equal(["image", "text", "shared", "behavior"], first["shares"]!.AsObject().Select(share => share.Key));
        Assert.Equal((double)first["score"]!, first["shares"]!.AsObject().Sum(share => (double)share.Value!), 1e-4);
        Outcome evaluated = work.Run("evaluate", "--run", run, "--data", work.Data, "--json");
        Assert.Equal(("ease", 0.4), ((string)evaluated.Json["behavior"]!, Math.Round((double)evaluated.Json["behaviorWeight"]!, 6)));
        Assert.StartsWith("lirdrec with behavior=ease of weight 0.4 on synthetic, test, ", work.Run("evaluate", "--run", run, "--data", work.Data).Out, StringComparison.Ordinal);
        Assert.Equal(0, work.Run("similar", "--run", run, "--item", "4").Code);
        Assert.Equal(0, work.Run("export", "--run", run, "--out", work.New("vectors")).Code);
    }

    private void Refused(string sentence, params string[] command)
    {
        Outcome outcome = work.Run(command);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    private string Train(string model)
    {
        string run = work.New("run");
        Outcome outcome = work.Run("train", "--data", work.Data, "--model", model, "--out", run);
        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        return run;
    }
}
