using System.Text.Json.Nodes;
using Tessera.Data.DatasetFolder;
using Tessera.Encoders.Tests.Endpoints;

namespace Tessera.Cli.Tests;

public sealed class DataDescribeTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void Descriptions_and_texts_become_two_modalities_as_in_the_paper()
    {
        using var server = new FakeServer();
        string folder = ItemFolder.Create(work, 9), prompt = work.File("prompt.txt", "Which colors?\n");
        string[] at = ["--data", folder, "--endpoint", $"{server.Address}", "--model", "fake-model"];
        Outcome described = work.Run(["data", "describe", .. at, "--prompt", prompt, "--max-tokens", "99", "--json"]);
        Assert.Equal((0, 6, 9), (described.Code, (int)described.Json["described"]!, (int)described.Json["items"]!));
        Assert.Contains("note: 3 of 9 items are without a description; the first is 'p0': it names no image", described.Error, StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Equal("Which colors?", (string?)request.Parts[0]!["text"]));
        Assert.All(server.Requests, request => Assert.Equal((99, null), ((int)request.Body["max_tokens"]!, request.Body["max_completion_tokens"])));

        string[] encode = ["data", "encode", .. at, "--encoder", "endpoint"];
        Assert.Equal(0, work.Run([.. encode, "--modality", "image", "--texts", "descriptions"]).Code);
        Assert.Equal(0, work.Run([.. encode, "--modality", "text"]).Code);
        FeatureFolder features = FeatureFolder.Read(folder);
        features.CheckItems([.. Enumerable.Range(0, 9).Select(i => $"p{i}")], "the items");
        Assert.Equal(["image 3", "text 0"], features.Modalities.Select(m => $"{m.Name} {m.MissingCount}"));

        Outcome again = work.Run(["data", "describe", .. at]);
        Assert.Equal(2, again.Code);
        Assert.Contains("descriptions.jsonl' exists already; give --replace", Assert.Single(again.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void The_most_tokens_are_sent_in_the_newer_field_when_asked()
    {
        using var server = new FakeServer();
        string folder = ItemFolder.Create(work, 3);
        Outcome outcome = work.Run(
            "data", "describe", "--data", folder, "--endpoint", $"{server.Address}", "--model", "fake-model", "--max-tokens", "98", "--send-max-completion-tokens");
        Assert.Equal(0, outcome.Code);
        Assert.NotEmpty(server.Requests);
        Assert.All(server.Requests, request => Assert.Equal((98, null), ((int)request.Body["max_completion_tokens"]!, request.Body["max_tokens"])));
    }

    [Fact]
    public void Descriptions_that_are_cut_are_told_of_at_the_end()
    {
        using var server = new FakeServer();
        server.Otherwise = _ => FakeServer.Completion("A red", "length");
        server.Next(FakeServer.Completion("A chair."));
        string folder = ItemFolder.Create(work, 6);
        DifferentImages(folder);
        Outcome outcome = work.Run("data", "describe", "--data", folder, "--endpoint", $"{server.Address}", "--model", "fake-model");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("note: 3 of 4 new descriptions were cut at 512 tokens; raise --max-tokens and give --replace to have them whole.\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cost_is_of_what_was_asked_now_alone()
    {
        using var server = new FakeServer();
        string folder = ItemFolder.Create(work, 6);
        DifferentImages(folder);
        string prompt = work.File("prompt", "What does it cost?");
        string[] command = ["data", "describe", "--data", folder, "--endpoint", $"{server.Address}", "--model", "fake-model", "--prompt", prompt];
        Outcome first = work.Run(command);
        Assert.Matches(@"descriptions: 4 items asked +│ +total │ +per item ", first.Out);
        Assert.Matches(@"prompt tokens +│ +4 │ +1 ", first.Out);
        Assert.Matches(@"completion tokens +│ +4 │ +1 ", first.Out);
        Assert.Matches(@"seconds +│ +[0-9.E-]+ │ +[0-9.E-]+ ", first.Out);
        Assert.Equal((4, 4L, 4L), EncodingCost.ReadIfPresent(folder, "descriptions") is { } kept ? (kept.Items, kept.PromptTokens, kept.CompletionTokens) : default);
        Outcome cached = work.Run([.. command, "--replace"]);
        Assert.DoesNotContain("per item", cached.Out, StringComparison.Ordinal);
        Assert.Equal(4, EncodingCost.ReadIfPresent(folder, "descriptions")!.Items); // nothing was asked, so what the first run took stays
        Assert.Null(work.Run([.. command, "--replace", "--json"]).Json["cost"]);

        File.WriteAllBytes(Path.Combine(folder, "1.png"), [.. File.ReadAllBytes(Path.Combine(folder, "1.png")), 9]);
        FakeAnswer usual = FakeServer.Completion("A chair.");
        server.Next(usual with { Body = usual.Body.Replace("usage", "unknown", StringComparison.Ordinal) });
        JsonNode cost = work.Run([.. command, "--replace", "--json"]).Json["cost"]!;
        Assert.Equal((1, null, null), ((int)cost["items"]!, cost["promptTokens"], cost["completionTokens"]));
        Assert.Equal((double)cost["seconds"]!, (double)cost["perItem"]!["seconds"]!);
    }

    [Fact]
    public void The_prompt_can_be_seen_and_changed()
    {
        Outcome outcome = work.Run("data", "describe", "--print-prompt");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Material: ", outcome.Out, StringComparison.Ordinal);
        string prompt = work.File("prompt.txt", "Mine");
        Assert.Equal("Mine\n", work.Run("data", "describe", "--print-prompt", "--prompt", prompt).Out);
        Assert.Contains("prompt", (string)work.Run("data", "describe", "--print-prompt", "--json").Json.Single().Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no --data")]
    [InlineData("There is no --endpoint", "--data", "x")]
    [InlineData("File 'nowhere.txt' does not exist", "--prompt", "nowhere.txt")]
    [InlineData("Directory 'nowhere' does not exist", "--data", "nowhere", "--endpoint", "http://localhost:1/v1", "--model", "m")]
    public void Bad_commands_end_in_a_sentence(string sentence, params string[] options)
    {
        Outcome outcome = work.Run(["data", "describe", .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    private static void DifferentImages(string folder)
    {
        foreach ((int number, string path) in Directory.GetFiles(folder, "*.png").Index()) File.WriteAllBytes(path, [.. File.ReadAllBytes(path), (byte)number]);
    }
}
