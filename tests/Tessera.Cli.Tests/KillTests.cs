using Tessera.Data.Storage;

namespace Tessera.Cli.Tests;

/// <summary>
/// Commands killed at the system calls by which they change files: nothing is lost or half-written, and the same command goes on, to the same bytes. By
/// default at a few of the calls, spread over the work; with the environment variable <c>TESSERA_KILLS=all</c> at every one.
/// </summary>
public sealed class KillTests(Workplace work) : IClassFixture<Workplace>
{
    private const int PointsByDefault = 3;
    private static readonly string[] Settings = ["--set", "epochs=2", "--set", "embeddingSize=4", "--set", "learningRate=0.01", "--threads", "1"];

    private string[] Train(string run) => ["train", "--data", work.Data, "--model", "mf", "--out", run, .. Settings];

    [Fact]
    public void A_training()
    {
        Sweep("run", _ => { }, Train, run => GoOn(run, Train(run)));
    }

    [Fact]
    public void A_training_that_is_resumed()
    {
        Sweep("run", Unfinished, run => [.. Train(run), "--resume"], run => GoOn(run, Train(run)));
    }

    [Fact]
    public void A_training_that_is_started_again()
    {
        Sweep(
            "run",
            run =>
            {
                Assert.Equal(0, work.Run([.. Train(run), "--set", "weightDecay=0.1"]).Code);
                File.Delete(Path.Combine(run, "metrics.json"));
            },
            run => [.. Train(run), "--restart"],
            run =>
            {
                Outcome outcome = work.Run([.. Train(run), "--restart"]);
                if (outcome.Code == 2) Assert.Contains("is finished", outcome.Error, StringComparison.Ordinal);
                else Assert.Equal(0, outcome.Code);
            });
    }

    [Fact]
    public void Resuming_a_finished_run()
    {
        Sweep("run", run => Assert.Equal(0, work.Run(Train(run)).Code), run => [.. Train(run), "--resume"], _ => { });
    }

    [Fact]
    public void An_import()
    {
        string events = work.File("events.csv", "user,item,rating\n" + string.Concat(Enumerable.Range(0, 60).Select(n => $"u{n % 7},i{n % 11},{n % 5}\n")));
        SweepOut(log => ["data", "import", "--format", "csv", "--events", events, "--out", log]);
    }

    [Fact]
    public void A_filter()
    {
        string log = Log();
        SweepOut(filtered => ["data", "filter", "--log", log, "--out", filtered, "--min-rating", "1"]);
    }

    [Fact]
    public void A_split()
    {
        string log = Log();
        SweepOut(data => ["data", "split", "--log", log, "--out", data, "--scheme", "random-8-1-1"]);
    }

    [Theory]
    [InlineData]
    [InlineData("--encoder", "tfidf")]
    public void An_encoding(params string[] encoder)
    {
        string items = ItemFolder.Create(work, 12);
        string[] Encode(string data) =>
        [
            "data", "encode", "--data", data, "--threads", "1",
            .. encoder.Length > 0 ? encoder : ["--cache", Path.Combine(Path.GetDirectoryName(data)!, "cache", "encodings.sqlite")],
        ];
        Sweep("items", data => Copy(items, data), Encode, data =>
        {
            Outcome outcome = work.Run(Encode(data));
            if (outcome.Code == 2) outcome = work.Run([.. Encode(data), "--replace"]);
            Assert.True(outcome.Code == 0, outcome.Error);
        });
    }

    /// <summary>Kills a command that makes a folder, and gives it again: unless the folder was there already, whole, the command makes it.</summary>
    private void SweepOut(Func<string, string[]> command) => Sweep("out", _ => { }, command, folder =>
    {
        bool whole = Directory.Exists(folder);
        Outcome outcome = work.Run(command(folder));
        Assert.True(outcome.Code == (whole ? 2 : 0), outcome.Error);
    });

    /// <summary>Kills a command at calls that change its folder, goes on, and compares the folder with the one of a command that was not killed.</summary>
    /// <param name="name">Name of the folder.</param>
    /// <param name="prepare">Makes what is there before.</param>
    /// <param name="command">The command.</param>
    /// <param name="goOn">Goes on after the kill.</param>
    private void Sweep(string name, Action<string> prepare, Func<string, string[]> command, Action<string> goOn)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Strace.IsAvailable(), "strace is not installed, or may not trace processes here.");
        string whole = Prepared();
        IReadOnlyList<(string Call, int Number)> calls = Strace.Changes(whole, work.New("strace"), command(whole));
        Dictionary<string, string> expected = Content(whole);
        int points = Environment.GetEnvironmentVariable("TESSERA_KILLS") == "all" ? calls.Count : Math.Min(PointsByDefault, calls.Count);
        int killed = 0;
        for (int point = 0; point < points; point++)
        {
            (string Call, int Number) at = calls[(int)((point + 0.5) / points * calls.Count)];
            string folder = Prepared();
            if (Strace.Kill(at, command(folder)) == Strace.Killed) killed++;
            goOn(folder);
            Assert.True(expected.SequenceEqual(Content(folder)), $"{at}: {Difference(expected, Content(folder))}");
        }

        Assert.InRange(killed, Math.Min(1, points), points); // threads come in another order now and then, and a call has another number
        string Prepared()
        {
            string folder = Path.Combine(work.New("kill"), name);
            prepare(folder);
            return folder;
        }
    }

    private void GoOn(string run, string[] train)
    {
        Outcome outcome = work.Run([.. train, "--resume"]);
        if (outcome.Code == 2)
        {
            Assert.Contains("There is no run in", outcome.Error, StringComparison.Ordinal); // killed before there was one
            outcome = work.Run(train);
        }

        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(0, work.Run("evaluate", "--run", run, "--data", work.Data).Code);
    }

    /// <summary>A run as a kill in its second epoch leaves it.</summary>
    private void Unfinished(string run)
    {
        Assert.Equal(0, work.Run(Train(run)).Code);
        foreach (string file in new[] { "metrics.json", "SHA256SUMS", "model.safetensors", "embeddings.safetensors" }) File.Delete(Path.Combine(run, file));
        Directory.Delete(Path.Combine(run, "checkpoints", "epoch-000002"), recursive: true);
    }

    private string Log()
    {
        string log = work.New("log");
        string events = work.File("events.csv", "user,item,rating\n" + string.Concat(Enumerable.Range(0, 60).Select(n => $"u{n % 7},i{n % 11},{n % 5}\n")));
        Assert.Equal(0, work.Run("data", "import", "--format", "csv", "--events", events, "--out", log, "--name", "log").Code);
        return log;
    }

    /// <summary>The checksum of each file but for logs of times and what the next writing overwrites.</summary>
    private static Dictionary<string, string> Content(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file)).Where(file => file != "epochs.jsonl" && !TemporaryFile.IsLeftover(file)).Order(StringComparer.Ordinal)
        .ToDictionary(file => file, file => Checksums.Of(Path.Combine(folder, file)));

    private static string Difference(Dictionary<string, string> expected, Dictionary<string, string> actual) =>
        string.Join(", ", expected.Keys.Union(actual.Keys).Where(file => expected.GetValueOrDefault(file) != actual.GetValueOrDefault(file)));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
