using Tessera.Data;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Runs;

public sealed class RunDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_made_with_its_configuration()
    {
        RunConfig config = TinyRuns.Of().Config;
        var directory = new RunDirectory(Path.Combine(_folder.Path, "a", "b"));

        directory.Prepare(config, resume: false);

        RunConfig read = RunConfig.Read(directory.ConfigFile);
        Assert.Equal(config.ToJson(), File.ReadAllText(directory.ConfigFile));
        Assert.Equal(config.Hash, read.Hash);
        Assert.Equal(config.Training, read.Training);
        Assert.Equal(["image", "text"], read.Modalities);
    }

    [Fact]
    public void A_folder_with_anything_in_it_is_refused_and_left_alone()
    {
        _folder.Write("mine.txt", "hello");

        var refused = Assert.Throws<InvalidInputException>(() => new RunDirectory(_folder.Path).Prepare(TinyRuns.Of().Config, resume: false));

        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--resume", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.Throws<InvalidInputException>(() => new RunDirectory(_folder.Path).Prepare(TinyRuns.Of().Config, resume: true));
    }

    [Fact]
    public void A_run_is_resumed_under_its_own_configuration_only()
    {
        var directory = new RunDirectory(Path.Combine(_folder.Path, "run"));
        directory.Prepare(TinyRuns.Of().Config, resume: true);

        directory.Prepare(TinyRuns.Of().Config, resume: true);

        foreach (TrainingRun other in new[] { TinyRuns.Of(epochs: 5), TinyRuns.Of(seed: 6), TinyRuns.Of(TinyRuns.Named) })
        {
            var refused = Assert.Throws<InvalidInputException>(() => directory.Prepare(other.Config, resume: true));
            Assert.Contains("other settings", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(TinyRuns.Of().Config.Hash, RunConfig.Read(directory.ConfigFile).Hash);
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused()
    {
        string file = _folder.Write("run", "");

        Assert.Throws<InvalidInputException>(() => new RunDirectory(file).Prepare(TinyRuns.Of().Config, resume: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"model\":")]
    [InlineData("{\"model\":1}")]
    public void A_damaged_configuration_is_refused(string content)
    {
        string file = _folder.Write("config.json", content);

        var refused = Assert.Throws<InvalidInputException>(() => RunConfig.Read(file));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"seed\": 5", "\"seed\": -5")]
    [InlineData("\"seed\": 5", "\"seed\": \"five\"")]
    [InlineData("\"seed\": 5", "\"seed\": 5, \"seed\": 6")]
    [InlineData("\"modalities\": [", "\"modalities\": [1, ")]
    [InlineData("\"protocol\": \"strict\"", "\"protocol\": \"other\"")]
    [InlineData("\"epochs\": 4", "\"epoch\": 4")]
    public void A_changed_configuration_is_refused(string part, string replacement)
    {
        string json = TinyRuns.Of().Config.ToJson();
        Assert.Contains(part, json, StringComparison.Ordinal);

        string file = _folder.Write("config.json", json.Replace(part, replacement, StringComparison.Ordinal));

        Assert.Throws<InvalidInputException>(() => RunConfig.Read(file));
    }

    [Fact]
    public void The_hash_tells_all_that_decides_a_result_apart()
    {
        RunConfig config = TinyRuns.Of().Config;
        RunConfig[] others =
        [
            config with { Model = "other" },
            config with { Seed = 6 },
            config with { Protocol = Tessera.Recommendation.Evaluation.Protocol.Mmrec },
            config with { Training = new TrainingOptions() },
            config with { Modalities = ["image"] },
            config with { DataFingerprint = "0" },
            config with { ModelOptions = new() { ["embeddingSize"] = 5 } },
        ];

        Assert.Equal(others.Length + 1, others.Append(config).Select(c => c.Hash).Distinct().Count());
        Assert.Equal(config.Hash, TinyRuns.Of().Config.Hash);
    }
}
