using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tessera.Cli.Tests;

public sealed class InterruptionTests(Workplace work) : IClassFixture<Workplace>
{
    private static readonly string[] Settings =
        ["--set", "epochs=40", "--set", "patience=1000", "--set", "embeddingSize=8", "--set", "dropout=0.2", "--set", "batchSize=64"];

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 130)]
    [InlineData("-KILL", 137)]
    public void An_interrupted_run_is_resumed_to_the_same_bytes(string signal, int code)
    {
        Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), "Signals are sent with the kill command, which Windows lacks.");
        string whole = work.New("whole"), interrupted = work.New("interrupted");
        Assert.Equal(0, work.Run(Train(whole)).Code);

        (int ended, string error) = RunUntil("epoch 5/40", signal, Train(interrupted));
        Assert.Equal(code, ended);
        Assert.False(File.Exists(Path.Combine(interrupted, "metrics.json")));
        if (signal != "-KILL") Assert.Contains("can be continued: give the same command with --resume", error, StringComparison.Ordinal);

        Outcome resumed = work.Run([.. Train(interrupted), "--resume"]);
        Assert.Equal(0, resumed.Code);
        Assert.Contains("note: Resuming after epoch ", resumed.Error, StringComparison.Ordinal);
        foreach (string file in new[] { "model.safetensors", "embeddings.safetensors", "metrics.json", "config.json" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(interrupted, file)));
        Assert.Equal(40, File.ReadLines(Path.Combine(interrupted, "epochs.jsonl")).Count());
    }

    [Theory]
    [InlineData(": measured", "study", "run", "startup", "--models", "mf,lirdrec", "--set", "epochs=12", "--seeds", "2", "--runs", "RUNS", "--out", "OUT")]
    [InlineData(" seed 1: ", "tune", "--model", "mf", "--set", "epochs=60", "--grid", "GRID", "--budget", "1s", "--out", "OUT")]
    public void A_killed_study_or_search_goes_on_to_the_same_results(string line, params string[] command)
    {
        Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), "Signals are sent with the kill command, which Windows lacks.");
        string grid = work.File("grid.json", """{ "learningRate": [0.001, 0.01, 0.02] }""");
        string[] Command(string name) =>
        [
            .. command.Select(word => word is "OUT" or "RUNS" ? work.New("killed") + word + name : word == "GRID" ? grid : word),
            "--data", work.Data, "--set", "embeddingSize=8", "--set", "batchSize=64",
        ];
        string[] whole = Command("whole"), killed = Command("killed");
        Assert.Equal(0, work.Run(whole).Code);

        (int ended, string error) = RunUntil(line, "-KILL", killed);
        Assert.Equal(137, ended);
        Assert.False(Directory.Exists(Out(killed)) && Directory.EnumerateFiles(Out(killed), "*.json").Any(file => !file.EndsWith("plan.json", StringComparison.Ordinal)), error);
        Outcome again = work.Run(killed);

        Assert.True(again.Code == 0, again.Error);
        string[] files = [.. Results(whole)];
        Assert.NotEmpty(files);
        Assert.Equal(files, Results(killed));
        Assert.All(files, file => Assert.Equal(File.ReadAllText(Path.Combine(Out(whole), file)), File.ReadAllText(Path.Combine(Out(killed), file))));

        static string Out(string[] command) => command.Last(word => word.Contains("OUT", StringComparison.Ordinal));
        static IEnumerable<string> Results(string[] command) => new[] { "report.md", "report.csv", "best.json" }.Where(file => File.Exists(Path.Combine(Out(command), file)));
    }

    [Fact]
    public void An_interrupted_demonstration_gives_the_command_that_goes_on()
    {
        Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), "Signals are sent with the kill command, which Windows lacks.");
        string run = work.New("demo run");
        (int code, string error) = RunUntil("epoch 2/60", "-INT", ["demo", "--out", run, "--seed", "3"]);
        Assert.Equal(130, code);
        string command = error.Split('\n').Single(line => line.StartsWith("note: ", StringComparison.Ordinal)).Split("can be continued: ")[1].TrimEnd('.');
        Assert.Equal($"tessera demo --out '{run}' --seed 3 --resume", command);
        Outcome resumed = work.Run("demo", "--out", run, "--seed", "3", "--resume");
        Assert.Equal(0, resumed.Code);
        Assert.Contains("note: Resuming after epoch ", resumed.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run, "metrics.json")));
        Assert.Equal(0, work.Run("evaluate", "--run", run, "--data", Path.Combine(run, "dataset")).Code);
    }

    [Fact]
    public void A_canceled_command_says_so_and_exits_with_130()
    {
        string run = work.New("run");
        Outcome outcome = work.Run(Train(run), new CancellationToken(canceled: true));
        Assert.Equal(130, outcome.Code);
        Assert.Contains("Interrupted.", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void The_process_prints_the_result_alone_on_standard_output()
    {
        (int code, string output, string error) = Complete("data", "stats", "--data", work.Data, "--json");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(40, (int)new Outcome(code, output, error).Json["users"]!);
        Assert.StartsWith("0.1.0", Complete("--version").Out, StringComparison.Ordinal);
        Assert.Equal(2, Complete("data", "stats").Code);
    }

    private static (int Code, string Out, string Error) Complete(params string[] args)
    {
        using Process process = Start(args);
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error);
    }

    private string[] Train(string run) => ["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Settings];

    private static (int Code, string Error) RunUntil(string line, string signal, string[] args)
    {
        using Process process = Start(args);
        var error = new List<string>();
        while (process.StandardError.ReadLine() is { } read)
        {
            error.Add(read);
            if (read.Contains(line, StringComparison.Ordinal)) Process.Start("kill", [signal, $"{process.Id}"]).WaitForExit();
        }

        process.WaitForExit();
        return (process.ExitCode, string.Join('\n', error));
    }

    private static Process Start(string[] args) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tessera.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TESSERA_CACHE"] = Path.Combine(Path.GetTempPath(), "tessera-cli-cache") },
        })!;
}
