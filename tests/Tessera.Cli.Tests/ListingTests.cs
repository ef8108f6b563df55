using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Tests;

/// <summary>recommend, similar, data stats, models, help.</summary>
public sealed class ListingTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void Recommendations_are_new_to_the_user_and_their_shares_add_up()
    {
        string run = work.Train();
        Outcome outcome = work.Run("recommend", "--run", run, "--user", "3", "--count", "5", "--json");
        Assert.Equal(0, outcome.Code);
        Dataset data = DatasetReader.Read(work.Data);
        JsonArray items = outcome.Json["items"]!.AsArray();
        Assert.Equal(5, items.Count);
        foreach (JsonNode? item in items)
        {
            Assert.False(data.AllInteractions().Contains(3, int.Parse((string)item!["item"]!, null)));
            JsonObject shares = item["shares"]!.AsObject();
            Assert.Equal(["image", "text", "shared"], shares.Select(share => share.Key));
            Assert.Equal((double)item["score"]!, shares.Sum(share => (double)share.Value!), 1e-4);
        }

        Assert.Equal(1.0, outcome.Json["shares"]!.AsObject().Sum(share => (double)share.Value!), 1e-4);
        double scores = items.Sum(item => (double)item!["score"]!);
        Assert.Equal(items.Sum(item => (double)item!["shares"]!["text"]!) / scores, (double)outcome.Json["shares"]!["text"]!, 1e-4);
    }

    [Fact]
    public void The_recommendation_table_shows_the_modalities()
    {
        Outcome outcome = work.Run("recommend", "--run", work.Train(), "--user", "3");
        Assert.Matches("^User 3: image \\d+ %, text \\d+ %, shared \\d+ % of these scores\n", outcome.Out);
        foreach (string header in new[] { "rank", "item", "because of", "score", "image", "text", "shared" }) Assert.Contains(header, outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_names_are_taken_and_given()
    {
        Dataset tiny = Workplace.Tiny(seed: 7);
        var named = new Dataset("named", tiny.Train, tiny.Validation, tiny.Test, tiny.Modalities)
        {
            UserIds = [.. Enumerable.Range(0, tiny.Users).Select(user => $"user-{user}")],
            ItemIds = [.. Enumerable.Range(0, tiny.Items).Select(item => $"[item] {item}")],
        };
        string data = work.New("named"), run = work.New("run");
        DatasetWriter.Write(named, data);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);
        Assert.Contains("[item] ", work.Run("recommend", "--run", run, "--user", "user-3").Out, StringComparison.Ordinal);
        Assert.Contains("[item] ", work.Run("similar", "--run", run, "--item", "[item] 4").Out, StringComparison.Ordinal);
        Outcome unknown = work.Run("recommend", "--run", run, "--user", "3");
        Assert.Equal(2, unknown.Code);
        Assert.Contains("There is no user '3' in the run; expected one of its 40 user ids, such as 'user-0'", Assert.Single(unknown.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recommend", "--user", "40", "There is no user '40' in the run; expected a number from 0 to 39")]
    [InlineData("similar", "--item", "x", "There is no item 'x' in the run; expected a number from 0 to 29")]
    public void Unknown_users_and_items_are_named(string command, string option, string id, string sentence)
    {
        Outcome outcome = work.Run(command, "--run", work.Train(), option, id);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Similar_items_are_sorted_and_leave_the_item_out()
    {
        Outcome outcome = work.Run("similar", "--run", work.Train(), "--item", "4", "--count", "100", "--json");
        double[] scores = [.. outcome.Json["items"]!.AsArray().Select(item => (double)item!["score"]!)];
        Assert.Equal(29, scores.Length);
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.DoesNotContain("4", outcome.Json["items"]!.AsArray().Select(item => (string)item!["item"]!));
    }

    [Fact]
    public void Statistics_are_those_of_the_data()
    {
        DatasetStatistics expected = DatasetStatistics.Of(DatasetReader.Read(work.Data));
        JsonObject json = work.Run("data", "stats", "--data", work.Data, "--json").Json;
        Assert.Equal((40, 30), ((int)json["users"]!, (int)json["items"]!));
        Assert.Equal(expected.Interactions, (long)json["interactions"]!);
        Assert.Equal(["image", "text"], json["modalities"]!.AsArray().Select(modality => (string)modality!["name"]!));
        string text = work.Run("data", "stats", "--data", work.Data).Out;
        foreach (string row in new[] { "users", "sparsity", "cold items", "modality image", "8 dimensions" }) Assert.Contains(row, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_name_the_encoder_and_count_the_items_without_features()
    {
        string data = work.New("encoded");
        Dataset tiny = Workplace.Tiny(seed: 7);
        tiny.Modalities[1].Features.Row(3).Clear();
        var image = new Modality("image", tiny.Modalities[1].Features);
        DatasetWriter.Write(new Dataset("encoded", tiny.Train, tiny.Validation, tiny.Test, [image]), data);
        FeatureManifest.For([.. Enumerable.Range(0, tiny.Items).Select(item => $"{item}")])
            .With(FeatureManifestEntry.Of(image, "histograms", "1", new string('a', 64))).Write(data);

        JsonNode modality = work.Run("data", "stats", "--data", data, "--json").Json["modalities"]![0]!;

        Assert.Equal(("histograms", 1), ((string)modality["encoder"]!, (int)modality["missing"]!));
        Assert.Contains("6 dimensions by histograms, 1 item without", work.Run("data", "stats", "--data", data).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Notices_go_to_standard_error()
    {
        string data = work.New("notices");
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(data, "d.inter"), "userID\titemID\tx_label\n0\t0\t0\n0\t0\t0\n0\t1\t1\n");
        Outcome outcome = work.Run("data", "stats", "--data", data, "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("note: 1 duplicate interaction was merged in d.inter.", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, (int)outcome.Json["interactions"]!);
    }

    [Fact]
    public void Models_are_listed_with_all_their_options()
    {
        JsonObject json = work.Run("models", "--model", "lirdrec", "--json").Json;
        JsonObject model = Assert.Single(json["models"]!.AsArray())!.AsObject();
        Assert.Equal(("lirdrec", "LIRDRec", "arXiv 2505.04960"), ((string)model["name"]!, (string)model["title"]!, (string)model["paper"]!));
        string text = work.Run("models").Out;
        foreach (JsonNode? option in json["trainingOptions"]!.AsArray().Concat(model["options"]!.AsArray()))
        {
            Assert.NotEqual("", (string)option!["description"]!);
            Assert.Contains((string)option["name"]!, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(" [command] [options]")]
    [InlineData(" [command] [options]", "help")]
    [InlineData(" data [command] [options]", "data")]
    [InlineData(" data split [options]", "help", "data", "split")]
    [InlineData(" train [options]", "help", "train")]
    public void Help_is_shown_without_a_command_and_by_its_name(string usage, params string[] args)
    {
        Outcome outcome = work.Run(args);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains(usage, outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_shows_quotes_and_letters_as_they_are()
    {
        string text = work.Run("models", "--model", "lirdrec", "--json").Out;
        Assert.DoesNotContain("\\u00", text, StringComparison.Ordinal);
        Assert.Contains("'", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo", "train", "evaluate", "recommend", "similar", "data", "models")]
    [InlineData("--data", "--model", "--out", "--config", "--set", "--modalities", "--protocol", "--resume", "--restart", "--from", "--seed", "--threads", "--json", "--verbose")]
    public void Help_names_what_there_is(params string[] names)
    {
        string[] command = names[0] == "demo" ? [] : ["train"];
        Outcome outcome = work.Run([.. command, "--help"]);
        Assert.Equal(0, outcome.Code);
        foreach (string name in names) Assert.Contains(name, outcome.Out, StringComparison.Ordinal);
    }
}
