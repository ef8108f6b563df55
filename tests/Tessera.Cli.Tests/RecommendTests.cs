using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Tests;

/// <summary>recommend to many users, with titles and chosen items; export.</summary>
public sealed class RecommendTests(Workplace work) : IClassFixture<Workplace>
{
    /// <summary>A run on named users and items; user-0 has nothing in training, and every item but sku-3 has a title.</summary>
    private string Train()
    {
        string data = work.New("shop"), run = work.New("run");
        Dataset tiny = Workplace.Tiny(seed: 7);
        var train = Interactions.FromPairs(tiny.Users, tiny.Items, tiny.Train.Pairs().Where(pair => pair.User != 0));
        DatasetWriter.Write(
            new Dataset("shop", train, tiny.Validation, tiny.Test, tiny.Modalities)
            {
                UserIds = [.. Enumerable.Range(0, tiny.Users).Select(user => $"user-{user}")],
                ItemIds = [.. Enumerable.Range(0, tiny.Items).Select(item => $"sku-{item}")],
            },
            data);
        File.WriteAllLines(Path.Combine(data, "items.jsonl"), Enumerable.Range(0, tiny.Items).Select(item =>
            new JsonObject { ["item"] = $"sku-{item}", [item % 2 == 0 ? "title" : "name"] = item == 3 ? "" : $"Thing “{item}”", ["plot"] = "long" }.ToJsonString()));
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "mf", "--out", run, "--set", "epochs=1"]).Code);
        return run;
    }

    [Fact]
    public void Everyone_is_recommended_to_into_a_file()
    {
        string run = Train(), file = work.New("all") + ".csv";
        Outcome outcome = work.Run("recommend", "--run", run, "--all-users", "--out", file, "--count", "4", "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal((40, 160, 1, 0), ((int)outcome.Json["users"]!, (int)outcome.Json["recommendations"]!, (int)outcome.Json["popular"]!, (int)outcome.Json["fewer"]!));
        Assert.Contains("note: 1 user of 40 had nothing in training and got what is popular (reason 'popular').", outcome.Error, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(file);
        Assert.Equal(161, lines.Length);
        JsonArray one = work.Run("recommend", "--run", run, "--user", "user-5", "--count", "4", "--json").Json["items"]!.AsArray();
        Assert.Equal(
            one.Select(item => (string)item!["item"]!), lines.Where(line => line.StartsWith("user-5,", StringComparison.Ordinal)).Select(line => line.Split(',')[2]));
        Assert.Contains($"160 recommendations for 40 users in {file}", work.Run("recommend", "--run", run, "--all-users", "--out", file, "--count", "4").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_of_a_list_are_recommended_to_and_fewer_items_say_why()
    {
        string run = Train(), file = work.New("some") + ".jsonl", users = work.File("users.txt", "user-9\nuser-0\n");
        Outcome outcome = work.Run("recommend", "--run", run, "--users", users, "--out", file, "--count", "100");
        Assert.Equal(0, outcome.Code);
        Assert.Equal(["user-9", "user-0"], File.ReadLines(file).Select(line => (string)JsonNode.Parse(line)!["user"]!));
        Assert.Matches("note: 2 users of 2 got fewer than 100; the first: User 'user-9' gets \\d+ items, not 100: the run has 30 items, the user has \\d+ of them already\\.", outcome.Error);
    }

    [Fact]
    public void A_user_with_nothing_in_training_is_told_so()
    {
        string run = Train();
        JsonObject json = work.Run("recommend", "--run", run, "--user", "user-0", "--json").Json;
        Assert.Equal("popular", (string?)json["reason"]);
        Assert.Null(json["shares"]);
        Assert.Null(json["items"]![0]!["because"]);
        string text = work.Run("recommend", "--run", run, "--user", "user-0").Out;
        Assert.StartsWith("User user-0 has nothing in training, so these are the popular items", text, StringComparison.Ordinal);
        Assert.Contains("interactions", text, StringComparison.Ordinal);
        Assert.Null(work.Run("recommend", "--run", run, "--user", "user-5", "--json").Json["reason"]);
    }

    [Fact]
    public void Items_are_left_out_allowed_and_repeated_as_asked()
    {
        string run = Train(), gone = work.File("gone", "sku-1\nsku-2\nnew-thing"), only = work.File("only", "sku-1\nsku-3\nsku-4\nsku-5");
        string[] best = Items("--include-known", "--count", "30");
        Assert.Equal(30, best.Length);
        Assert.Equal(best.Except([best[0], best[2]]), Items("--include-known", "--count", "30", "--exclude", $"{best[0]}, {best[2]}"));
        Assert.Equal(best.Except(["sku-1", "sku-2"]), Items("--include-known", "--count", "30", "--exclude-file", gone));
        Assert.Equal(best.Where(item => item is "sku-3" or "sku-4" or "sku-5"), Items("--include-known", "--count", "3", "--only-file", only, "--exclude-file", gone));
        Outcome outcome = work.Run("recommend", "--run", run, "--user", "user-5", "--exclude-file", gone);
        Assert.Contains("1 id in '" + gone + "' is of no item of the run and left out; the first is 'new-thing'.", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("There is no item 'sku-x'", Assert.Single(work.Run("recommend", "--run", run, "--user", "user-5", "--exclude", "sku-x").Errors), StringComparison.Ordinal);

        string[] Items(params string[] options) =>
            [.. work.Run(["recommend", "--run", run, "--user", "user-5", "--json", .. options]).Json["items"]!.AsArray().Select(item => (string)item!["item"]!)];
    }

    [Fact]
    public void Titles_stand_beside_ids()
    {
        string run = Train();
        foreach (JsonNode? item in work.Run("similar", "--run", run, "--item", "sku-4", "--count", "30", "--json").Json["items"]!.AsArray())
        {
            string id = (string)item!["item"]!;
            Assert.Equal(id == "sku-3" ? null : $"Thing “{id[4..]}”", (string?)item["title"]);
        }

        Assert.Contains("Thing “", work.Run("recommend", "--run", run, "--user", "user-5").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_are_exported()
    {
        string run = Train(), folder = work.New("vectors");
        Outcome outcome = work.Run("export", "--run", run, "--out", folder);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("40 users and 30 items of 64 dimensions in ", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(
            ["items.ids", "items.npy", "items.parquet", "users.ids", "users.npy", "users.parquet"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Outcome again = work.Run("export", "--run", run, "--out", folder);
        Assert.Equal((2, 1), (again.Code, again.Errors.Length));
    }
}
