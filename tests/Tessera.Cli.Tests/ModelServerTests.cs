using System.Text.Json.Nodes;
using Tessera.Data.DatasetFolder;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Tests.Endpoints;
using Tessera.ModelServer;

namespace Tessera.Cli.Tests;

/// <summary>The paper's way from pictures to recommendations, by a server in a process of its own that truly answers.</summary>
public sealed class ModelServerTests : IDisposable
{
    private const string Key = "sk-model-server-0123456789";

    private readonly Workplace _work = new();

    static ModelServerTests() => Environment.SetEnvironmentVariable("TESSERA_TESTS_SERVER_KEY", Key);

    [Fact]
    public void Pictures_are_described_and_encoded_and_a_model_is_trained_and_recommends()
    {
        using ModelServerProcess server = ModelServerProcess.Start("--key", Key);
        string data = PictureShop.Create(_work), run = _work.New("run"), prompt = _work.File("prompt.txt", "Which colors?");
        Outcome described = Run([.. Describe(server, data), "--prompt", prompt, "--json"]);
        JsonNode cost = described.Json["cost"]!;
        Assert.Equal((12, 12, 12), ((int)described.Json["described"]!, (int)described.Json["encoded"]!, (int)cost["items"]!));
        IReadOnlyDictionary<string, string> texts = ItemTextFile.Read(ItemTextFile.PathOf(data, "descriptions")).Texts;
        Assert.Equal("Colors: red 98%, black 2%\nBrightness: 0.31\nShape: square\nA square picture, mostly red, dark.", texts["p0"]);
        for (int item = 0; item < PictureShop.Items; item++)
            Assert.Contains($"mostly {PictureShop.ColorOf(item)}, ", texts[$"p{item}"], StringComparison.Ordinal);

        const int promptTokens = 5 + 4; // [CLS] which colors ? [SEP], and an image's four patches
        Assert.Equal((12 * promptTokens, (double)promptTokens), ((int)cost["promptTokens"]!, (double)cost["perItem"]!["promptTokens"]!));
        Assert.Equal((354, 29.5), ((int)cost["completionTokens"]!, (double)cost["perItem"]!["completionTokens"]!)); // 28 for p0, 30 for p1, …
        Assert.True((double)cost["seconds"]! > 0);
        Assert.Equal((double)cost["seconds"]! / 12, (double)cost["perItem"]!["seconds"]!, 1e-9);

        JsonNode image = Run([.. Encode(server, data, "image"), "--texts", "descriptions", "--json"]).Json["modalities"]![0]!;
        Assert.Equal((384, 12, 0), ((int)image["dimensions"]!, (int)image["encoded"]!, (int)image["missing"]!));
        Assert.Equal(354, (int)image["cost"]!["promptTokens"]!);
        Assert.Null(image["cost"]!["completionTokens"]);
        Assert.Contains("text: 12 items asked", Run(Encode(server, data, "text")).Out, StringComparison.Ordinal);
        server.Stop();
        Assert.All(server.Requests, request => Assert.Equal(200, request.Status));
        string[] asked = Inputs(server);
        Assert.Equal((12 + 12 + 12, asked.Length), (asked.Length, asked.Distinct().Count()));

        Run("data", "encode", "--data", data, "--modality", "again", "--texts", "descriptions", "--encoder", "minilm");
        RequireEqual(data, "image", "again");
        Run(["train", "--data", data, "--model", "lirdrec", "--out", run, "--modalities", "image,text", "--set", "epochs=1", "--set", "embeddingSize=8"]);
        JsonObject ranked = Run("recommend", "--run", run, "--user", "u3", "--count", "3", "--json").Json;
        Assert.Equal(3, ranked["items"]!.AsArray().Count);
    }

    [Fact]
    public void What_a_killed_server_answered_is_not_asked_again()
    {
        string data = PictureShop.Create(_work);
        string[] first = Interrupted(server => [.. Describe(server, data), "--parallel", "1"], after: 5, answered: 5);
        Assert.Equal(12, first.Distinct().Count());
        string[] second = Interrupted(
            server => [.. Encode(server, data, "image"), "--texts", "descriptions", "--parallel", "1", "--batch", "2"], after: 3, answered: 6);
        Assert.Equal(ItemTextFile.Read(ItemTextFile.PathOf(data, "descriptions")).Texts.Values.Order(), second.Order());
    }

    [Fact]
    public async Task A_server_that_is_started_anew_meanwhile_is_waited_for()
    {
        string data = PictureShop.Create(_work);
        using ModelServerProcess server = ModelServerProcess.Start("--key", Key, "--hold-after", "4");
        Task<ModelServerProcess> restart = Task.Run(async () =>
        {
            await server.Held;
            server.Kill();
            return ModelServerProcess.StartAt(server.Port, "--key", Key);
        });
        Outcome outcome = Run([.. Describe(server, data), "--json"]);
        using ModelServerProcess again = await restart;
        Assert.Equal((12, 0), ((int)outcome.Json["described"]!, (int)outcome.Json["cached"]!));
        Assert.Contains("cannot be reached or broke the connection off", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("answered 401 (Incorrect API key provided: sk-o***rong); check that the API key is set", "--api-key-env", "TESSERA_TESTS_WRONG_KEY")]
    [InlineData("answered 404 (The model `palette-2` does not exist or you do not have access to it); check that it has the model 'palette-2'", "--model", "palette-2")]
    public void What_the_server_refuses_is_said_in_its_own_words(string sentence, string option, string value)
    {
        Environment.SetEnvironmentVariable("TESSERA_TESTS_WRONG_KEY", "sk-other-and-wrong");
        using ModelServerProcess server = ModelServerProcess.Start("--key", Key);
        string data = PictureShop.Create(_work);
        string[] command = Describe(server, data);
        command[Array.IndexOf(command, option) + 1] = value;
        Outcome outcome = _work.Run(command);
        Assert.Equal(1, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(ItemTextFile.PathOf(data, "descriptions")));
    }

    public void Dispose() => _work.Dispose();

    /// <summary>Gives a command to a server that is killed when so many requests are answered, then the same command to one that answers all.</summary>
    /// <returns>All that both were asked and answered, nothing twice.</returns>
    private string[] Interrupted(Func<ModelServerProcess, string[]> command, int after, int answered)
    {
        using ModelServerProcess server = ModelServerProcess.Start("--key", Key, "--hold-after", $"{after}");
        Task kill = server.Held.ContinueWith(_ => server.Kill(), TaskScheduler.Default);
        Outcome failed = _work.Run(command(server), CancellationToken.None, clock: new InstantClock());
        kill.Wait();
        Assert.Equal(1, failed.Code);
        Assert.Contains("cannot be reached or broke the connection off", Assert.Single(failed.Errors), StringComparison.Ordinal);
        Assert.Contains("note: What was encoded is kept: the same command goes on from there.", failed.Error, StringComparison.Ordinal);

        using ModelServerProcess again = ModelServerProcess.StartAt(server.Port, "--key", Key);
        JsonObject json = Run([.. command(server), "--json"]).Json;
        JsonNode made = json["modalities"]?[0] ?? json;
        Assert.Equal((12 - answered, answered, 12 - answered), ((int)made["encoded"]!, (int)made["cached"]!, (int)made["cost"]!["items"]!));
        again.Stop();
        string[] asked = [.. Inputs(server), .. Inputs(again)];
        Assert.Equal((12, 12), (asked.Length, asked.Distinct().Count()));
        return asked;
    }

    private Outcome Run(params string[] command)
    {
        Outcome outcome = _work.Run(command);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private static string[] Describe(ModelServerProcess server, string data) => ["data", "describe", .. At(server, data, "palette")];

    private static string[] Encode(ModelServerProcess server, string data, string modality) =>
        ["data", "encode", .. At(server, data, "all-MiniLM-L6-v2"), "--modality", modality, "--encoder", "endpoint"];

    private static string[] At(ModelServerProcess server, string data, string model) =>
        ["--data", data, "--endpoint", $"{server.Address}", "--model", model, "--api-key-env", "TESSERA_TESTS_SERVER_KEY"];

    private static string[] Inputs(ModelServerProcess server) =>
        [.. server.Requests.Where(request => request.Status == 200).SelectMany(request => request.Inputs)];

    private static void RequireEqual(string data, string one, string other)
    {
        var rows = FeatureFolder.Read(data).Modalities.Where(modality => modality.Name == one || modality.Name == other)
            .Select(modality => modality.Features).ToList();
        Assert.Equal((2, 12, 384), (rows.Count, rows[0].Rows, rows[0].Columns));
        for (int row = 0; row < rows[0].Rows; row++)
            foreach ((float a, float b) in rows[0].Row(row).ToArray().Zip(rows[1].Row(row).ToArray())) Assert.Equal(a, b, 1e-5f);
    }
}
