using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Runs;

public sealed class TrainingRunTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_leaves_just_its_files()
    {
        string folder = In("run");

        TinyRuns.Execute(folder);

        Assert.Equal(
            ["SHA256SUMS", "checkpoints", "config.json", "embeddings.safetensors", "epochs.jsonl", "known.safetensors", "live.safetensors", "metrics.json", "model.safetensors"],
            Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(folder, "epochs.jsonl")).Length);
    }

    [Fact]
    public void Options_of_another_model_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new TrainingRun(TinyRun.Data, TinyRuns.Model, new TrainingOptions(), new TrainingOptions(), 1, Protocol.Strict));
        Assert.StartsWith($"The options are TrainingOptions; {TinyRuns.Model.Title} takes {TinyRuns.Model.OptionsType.Name}.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new TrainingRun(TinyRun.Data, TinyRuns.Model, null!, new TrainingOptions(), 1, Protocol.Strict));
    }

    [Theory]
    [InlineData(Protocol.Strict, "strict")]
    [InlineData(Protocol.Mmrec, "mmrec")]
    public void Metrics_are_written_with_what_they_were_measured_on(Protocol protocol, string name)
    {
        RunResult result = TinyRuns.Execute(In("run"), TinyRuns.Of(protocol: protocol));

        JsonObject metrics = JsonNode.Parse(File.ReadAllText(In("run/metrics.json")))!.AsObject();
        Assert.Equal(
            ["model", "data", "seed", "protocol", "epochs", "bestEpoch", "stoppedEarly", "validation", "test"], metrics.Select(pair => pair.Key));
        Assert.Equal(("tiny", "synthetic", 5ul, name), ((string)metrics["model"]!, (string)metrics["data"]!, (ulong)metrics["seed"]!, (string)metrics["protocol"]!));
        Assert.Equal(
            (4, result.BestEpoch, false),
            ((int)metrics["epochs"]!, (int)metrics["bestEpoch"]!, (bool)metrics["stoppedEarly"]!));
        foreach ((string split, EvaluationResult expected) in new[] { ("validation", result.Validation), ("test", result.Test) })
        {
            Assert.Equal(expected.Users, (int)metrics[split]!["users"]!);
            JsonObject values = metrics[split]!["metrics"]!.AsObject();
            Assert.Equal(MetricAccumulator.Standard.Select(m => m.ToString()), values.Select(pair => pair.Key));
            foreach (MetricName metric in MetricAccumulator.Standard) Assert.Equal(expected[metric], (double)values[metric.ToString()]!);
        }
    }

    [Fact]
    public void Results_are_those_of_the_saved_vectors_under_the_protocol()
    {
        RunResult strict = TinyRuns.Execute(In("strict")), mmrec = TinyRuns.Execute(In("mmrec"), TinyRuns.Of(protocol: Protocol.Mmrec));

        using TrainedRun run = TrainedRun.Open(In("strict"));
        using var device = new Tessera.Compute.Devices.Device(1);
        IReadOnlyList<EvaluationResult> again = new Evaluator(device, TinyRun.Data.Train).Evaluate(
            run.Embeddings, [HeldOut.Validation(TinyRun.Data), HeldOut.Test(TinyRun.Data, Protocol.Strict), HeldOut.Test(TinyRun.Data, Protocol.Mmrec)]);
        Assert.Equal(strict.Validation.Metrics, again[0].Metrics);
        JsonNode best = JsonNode.Parse(File.ReadLines(In("strict/epochs.jsonl")).ElementAt(strict.BestEpoch - 1))!;
        Assert.Equal((double)best["validation"]!["Recall@5"]!, strict.Validation[MetricName.Parse("Recall@5")]);
        Assert.Equal(strict.Test.Metrics, again[1].Metrics);
        Assert.Equal(mmrec.Test.Metrics, again[2].Metrics);
        Assert.NotEqual(strict.Test.Metrics, mmrec.Test.Metrics);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_number_of_threads_changes_no_byte(int threads)
    {
        TinyRuns.Execute(In("one"));
        TinyRuns.Execute(In("several"), threads: threads);

        AssertSameFiles("one", "several");
    }

    [Fact]
    public void A_resumed_run_writes_the_same_bytes()
    {
        TinyRuns.Execute(In("whole"));
        Assert.Throws<OperationCanceledException>(() => TinyRuns.Execute(In("stopped"), stopAfterEpoch: 2));
        Assert.False(File.Exists(In("stopped/metrics.json")));
        File.AppendAllText(In("stopped/epochs.jsonl"), "{\"epoch\":3,\"lo"); // killed while writing the line of an epoch without checkpoint

        TinyRuns.Execute(In("stopped"), resume: true);

        AssertSameFiles("whole", "stopped");
        Assert.Equal(Epochs("whole"), Epochs("stopped"));
    }

    [Fact]
    public void An_epoch_is_in_the_log_before_its_checkpoint_is_there()
    {
        Assert.Throws<OperationCanceledException>(() => TinyRuns.Execute(In("run"), stopAfterEpoch: 1));
        using var device = new Tessera.Compute.Devices.Device(1);
        int logged = 0;
        var killed = Assert.Throws<InvalidOperationException>(() => TinyRuns.Of().Execute(
            In("run"), device, resume: true, progress: new KilledAt(2, () => logged = File.ReadAllLines(In("run/epochs.jsonl")).Length)));

        Assert.Equal("killed", killed.Message);
        Assert.Equal(2, logged);
        Assert.Equal("epoch-000001", Path.GetFileName(Assert.Single(Directory.GetDirectories(In("run/checkpoints")))));
        TinyRuns.Execute(In("run"), resume: true);
        Assert.Equal(4, File.ReadAllLines(In("run/epochs.jsonl")).Length);
    }

    [Fact]
    public void Nothing_to_resume_is_refused()
    {
        Directory.CreateDirectory(In("empty"));
        foreach (string folder in new[] { "empty", "absent" })
        {
            var refused = Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In(folder), resume: true));
            Assert.StartsWith($"There is no run in '{In(folder)}' to resume; start one by the same command without --resume", refused.Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(In("absent")));
    }

    [Fact]
    public void A_finished_run_is_left_as_it_is_and_gives_its_results_again()
    {
        RunResult result = TinyRuns.Execute(In("run"));
        Dictionary<string, (string, DateTime)> before = Content();

        RunResult again = TinyRuns.Execute(In("run"), resume: true);

        Assert.Equal((result.Epochs, result.BestEpoch, result.StoppedEarly), (again.Epochs, again.BestEpoch, again.StoppedEarly));
        Assert.Equal(result.Validation.Metrics, again.Validation.Metrics);
        Assert.Equal((result.Test.Users, result.Test.Split), (again.Test.Users, again.Test.Split));
        Assert.Equal(result.Test.Metrics, again.Test.Metrics);
        Assert.Equal(before, Content());
        Assert.Contains("finished run", Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In("run"))).Message, StringComparison.Ordinal);
        Assert.Contains("is finished", Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In("run"), TinyRuns.Of(restart: true))).Message, StringComparison.Ordinal);
        Assert.Equal(before, Content());

        Dictionary<string, (string, DateTime)> Content() => Directory.EnumerateFiles(In("run"), "*", SearchOption.AllDirectories)
            .ToDictionary(file => file, file => (Checksums.Of(file), File.GetLastWriteTimeUtc(file)), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("metrics.json")]
    [InlineData("model.safetensors")]
    [InlineData("embeddings.safetensors")]
    [InlineData("known.safetensors")]
    [InlineData("live.safetensors")]
    public void A_finished_run_that_is_damaged_is_not_resumed(string file)
    {
        TinyRuns.Execute(In("run"));
        File.AppendAllText(In($"run/{file}"), " ");

        var refused = Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In("run"), resume: true));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_run_is_started_again_with_other_settings_and_only_what_is_its_own_is_deleted()
    {
        Assert.Throws<NotFiniteNumberException>(() => TinyRuns.Execute(In("run"), TinyRuns.Of(learningRate: 1e30f)));
        File.WriteAllText(In("run/notes.txt"), "mine");
        Assert.Contains("--restart", Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In("run"))).Message, StringComparison.Ordinal);

        TinyRuns.Execute(In("run"), TinyRuns.Of(restart: true));
        TinyRuns.Execute(In("whole"));

        AssertSameFiles("whole", "run");
        Assert.Equal(4, File.ReadAllLines(In("run/epochs.jsonl")).Length);
        Assert.Equal("mine", File.ReadAllText(In("run/notes.txt")));
    }

    [Fact]
    public void A_run_whose_configuration_is_damaged_can_be_started_again()
    {
        Assert.Throws<OperationCanceledException>(() => TinyRuns.Execute(In("run"), stopAfterEpoch: 2));
        File.WriteAllText(In("run/config.json"), "{");
        Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In("run"), resume: true));

        TinyRuns.Execute(In("run"), TinyRuns.Of(restart: true));
        TinyRuns.Execute(In("whole"));

        AssertSameFiles("whole", "run");
    }

    [Fact]
    public void A_folder_that_is_trained_in_is_refused_at_once_to_others()
    {
        string message = "";
        using var device = new Tessera.Compute.Devices.Device(1);
        var killed = Assert.Throws<InvalidOperationException>(() => TinyRuns.Of().Execute(In("run"), device, progress: new KilledAt(1, () =>
        {
            foreach (bool resume in new[] { true, false })
                message += Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In("run"), resume: resume)).Message + "\n";
        })));

        Assert.Equal("killed", killed.Message);
        Assert.All(message.TrimEnd().Split('\n'), line => Assert.StartsWith("Another process is training the run", line, StringComparison.Ordinal));
        TinyRuns.Execute(In("run"), resume: true);
    }

    [Fact]
    public void Ids_that_cannot_be_written_are_refused_before_training()
    {
        foreach (string id in new[] { "two\nlines", "user 1", "broken \ud800" })
        {
            Dataset data = TinyRun.Data.WithSplits(TinyRun.Data.Train, TinyRun.Data.Validation, TinyRun.Data.Test);
            data = new Dataset(data.Name, data.Train, data.Validation, data.Test, data.Modalities) { UserIds = [id, .. TinyRuns.Named.UserIds!.Skip(1)] };

            Assert.Throws<InvalidInputException>(() => TinyRuns.Execute(In("run"), TinyRuns.Of(data, restart: true)));

            Assert.False(File.Exists(In("run/epochs.jsonl")));
        }
    }

    private string In(string name) => Path.Combine(_folder.Path, name);

    private void AssertSameFiles(string expected, string actual)
    {
        foreach (string file in new[] { "config.json", "metrics.json", "model.safetensors", "embeddings.safetensors", "known.safetensors", "live.safetensors", "SHA256SUMS" })
            Assert.True(File.ReadAllBytes(In($"{expected}/{file}")).AsSpan().SequenceEqual(File.ReadAllBytes(In($"{actual}/{file}"))), file);
    }

    private IEnumerable<string> Epochs(string folder)
    {
        foreach (string line in File.ReadLines(In($"{folder}/epochs.jsonl")))
        {
            JsonObject epoch = JsonNode.Parse(line)!.AsObject();
            epoch.Remove("trainSeconds");
            epoch.Remove("evaluateSeconds");
            yield return epoch.ToJsonString();
        }
    }

    private sealed class KilledAt(int epoch, Action look) : IProgress<Tessera.Recommendation.Training.TrainingProgress>
    {
        public void Report(Tessera.Recommendation.Training.TrainingProgress value)
        {
            if (!value.Finished || value.Epoch != epoch) return;
            look();
            throw new InvalidOperationException("killed");
        }
    }
}
