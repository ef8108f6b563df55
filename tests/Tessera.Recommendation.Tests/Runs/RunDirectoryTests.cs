using System.Text.Json.Nodes;
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

        Start(directory, config, RunStart.New);

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

        foreach (RunStart start in Enum.GetValues<RunStart>())
        {
            var refused = Assert.Throws<InvalidInputException>(() => new RunDirectory(_folder.Path).Check(TinyRuns.Of().Config, start));
            Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
            Assert.Contains("--resume", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("config.json.tmp")]
    [InlineData("train.tessera-lock")]
    public void A_folder_of_temporary_files_alone_is_an_empty_one(string leftover)
    {
        _folder.Write(leftover, "ha");
        var directory = new RunDirectory(_folder.Path);

        Assert.Throws<InvalidInputException>(() => directory.Check(TinyRuns.Of().Config, RunStart.Resume));
        Start(directory, TinyRuns.Of().Config, RunStart.New);

        Assert.Equal(TinyRuns.Of().Config.Hash, RunConfig.Read(directory.ConfigFile).Hash);
    }

    [Fact]
    public void A_run_is_resumed_under_its_own_configuration_only()
    {
        var directory = new RunDirectory(Path.Combine(_folder.Path, "run"));
        Start(directory, TinyRuns.Of().Config, RunStart.New);

        Start(directory, TinyRuns.Of().Config, RunStart.Resume);

        foreach (TrainingRun other in new[] { TinyRuns.Of(epochs: 5), TinyRuns.Of(seed: 6), TinyRuns.Of(TinyRuns.Named) })
        {
            var refused = Assert.Throws<InvalidInputException>(() => directory.Check(other.Config, RunStart.Resume));
            Assert.Contains("other settings", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(TinyRuns.Of().Config.Hash, RunConfig.Read(directory.ConfigFile).Hash);
    }

    [Fact]
    public void What_differs_is_named_one_by_one()
    {
        RunConfig was = TinyRuns.Of().Config;
        JsonObject options = was.ModelOptions.DeepClone().AsObject();
        options["embeddingSize"] = 8;
        RunConfig now = was with
        {
            Seed = 6,
            Training = was.Training with { Epochs = 7 },
            ModelOptions = options,
            Data = "other",
            Modalities = ["image"],
            DataFingerprint = "0123456789",
            From = "abcdefghijk",
        };

        Assert.Equal(
            [
                "embeddingSize was 4, is 8", "epochs was 4, is 7", "seed was 5, is 6", "data was synthetic, is other", "modalities was image,text, is image",
                $"the data's content (SHA-256) was {was.DataFingerprint[..8]}, is 01234567", "from (SHA-256) was none, is abcdefgh",
            ],
            now.DifferencesFrom(was));
        Assert.Empty(was.DifferencesFrom(RunConfig.Read(_folder.Write("config.json", was.ToJson()))));
    }

    [Fact]
    public void Only_one_at_a_time_trains_in_a_folder()
    {
        var directory = new RunDirectory(Path.Combine(_folder.Path, "run"));
        using (directory.Lock())
        {
            var refused = Assert.Throws<InvalidInputException>(directory.Lock);
            Assert.Equal($"Another process is training the run in '{directory.Path}'; wait for it to end, or choose another folder.", refused.Message);
        }

        Assert.False(Directory.Exists(directory.Path));
        directory.Lock().Dispose();
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused()
    {
        string file = _folder.Write("run", "");

        Assert.Throws<InvalidInputException>(() => new RunDirectory(file).Check(TinyRuns.Of().Config, RunStart.New));
        Assert.Throws<InvalidInputException>(() => new RunDirectory(Path.Combine(file, "run")).Lock());
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
            config with { From = "0" },
            config with { Version = "0.0.9" },
        ];

        Assert.Equal(others.Length + 1, others.Append(config).Select(c => c.Hash).Distinct().Count());
        Assert.Equal(config.Hash, TinyRuns.Of().Config.Hash);
    }

    private static void Start(RunDirectory directory, RunConfig config, RunStart start)
    {
        directory.Check(config, start);
        using IDisposable held = directory.Lock();
        directory.Begin(config, start);
    }
}
