using System.Diagnostics;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Tests;

/// <summary>A pipe that nobody writes stands where a file is expected: whoever opened it would wait for ever.</summary>
public sealed class SpecialFileTests(Workplace work) : IClassFixture<Workplace>
{
    private const string Sentence = "is a pipe, a device or a socket; expected a file";

    [Theory]
    [InlineData("train", "--data", "DATA", "--model", "mf", "--out", "NEW", "--config", "PIPE")]
    [InlineData("data", "import", "--format", "csv", "--events", "PIPE", "--out", "NEW")]
    [InlineData("data", "import", "--format", "csv", "--events", "EVENTS", "--items", "PIPE", "--out", "NEW")]
    [InlineData("data", "import", "--format", "jsonl", "--events", "PIPE", "--out", "NEW")]
    [InlineData("data", "import", "--format", "amazon2014", "--events", "JSON", "--image-features", "PIPE", "--out", "NEW")]
    [InlineData("data", "describe", "--data", "DATA", "--prompt", "PIPE", "--print-prompt")]
    [InlineData("data", "encode", "--data", "ITEMS", "--modality", "text", "--encoder", "endpoint", "--endpoint", "http://localhost:1/v1", "--model", "m", "--cache", "PIPE")]
    public void A_pipe_given_by_an_option_is_refused(params string[] args) => RequireRefused(work.Run([.. args.Select(arg => arg switch
    {
        "PIPE" => Pipe(work.New("pipe")),
        "NEW" => work.New("new"),
        "DATA" => work.Data,
        "ITEMS" => ItemFolder.Create(work, 3),
        "EVENTS" => work.File("events.csv", "user,item\na,b\n"),
        "JSON" => work.File("events.json", """{"reviewerID": "a", "asin": "b", "overall": 5, "unixReviewTime": 1382572800}""" + "\n"),
        _ => arg,
    })]));

    [Theory]
    [InlineData("*.inter")]
    [InlineData("image_feat.npy")]
    [InlineData("image_feat.ids")]
    [InlineData("i_id_mapping.csv")]
    [InlineData("modalities.json")]
    [InlineData("split.json")]
    public void A_pipe_in_a_data_set_is_refused(string name)
    {
        string data = work.New("data");
        DatasetWriter.Write(Workplace.Tiny(seed: 7), data);
        string file = Directory.GetFiles(data, name).SingleOrDefault() ?? Path.Combine(data, name);
        File.Delete(file);
        Pipe(file);
        RequireRefused(name == "split.json"
            ? work.Run("data", "import", "--format", "mmrec", "--events", data, "--out", work.New("out"))
            : work.Run("data", "stats", "--data", data));
    }

    [Fact]
    public void Pipes_among_the_items_are_refused()
    {
        string folder = ItemFolder.Create(work, 6);
        Pipe(Path.Combine(folder, "notes.jsonl"));
        RequireRefused(work.Run("data", "encode", "--data", folder, "--modality", "notes", "--texts", "notes", "--encoder", "tfidf"));
        File.Delete(Path.Combine(folder, "1.png"));
        Pipe(Path.Combine(folder, "1.png"));
        Outcome encoded = work.Run("data", "encode", "--data", folder, "--encoder", "histogram");
        Assert.Equal(0, encoded.Code);
        Assert.Contains(Sentence, File.ReadAllText(Path.Combine(folder, "image_failures.jsonl")), StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "items.jsonl"));
        Pipe(Path.Combine(folder, "items.jsonl"));
        RequireRefused(work.Run("data", "encode", "--data", folder, "--encoder", "tfidf"));
    }

    private static void RequireRefused(Outcome outcome)
    {
        Assert.Equal(2, outcome.Code);
        Assert.Contains(Sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    private static string Pipe(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes among its files.");
        Process.Start("mkfifo", [path]).WaitForExit();
        return path;
    }
}
