using Tessera.Cli.Commands;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;

namespace Tessera.Cli.Tests;

/// <summary>A folder with a tiny data set, deleted at the end, and the command to run in it.</summary>
public sealed class Workplace : IDisposable
{
    /// <summary>Settings that train in a moment.</summary>
    public static readonly string[] Quick = ["--set", "epochs=3", "--set", "embeddingSize=8", "--set", "learningRate=0.01"];

    private readonly string _root = Directory.CreateTempSubdirectory("tessera-cli-").FullName;
    private int _folders;

    public Workplace()
    {
        Dataset made = Tiny(seed: 7);
        Data = New("tiny");
        DatasetWriter.Write(made, Data);
    }

    /// <summary>The data set: 40 users, 30 items, image and text, no names.</summary>
    public string Data { get; }

    public static Dataset Tiny(ulong seed) => SyntheticDataset.Create(new SyntheticDatasetOptions
    {
        Users = 40,
        Items = 30,
        MeanInteractions = 6,
        VisualDimensions = 8,
        TextualDimensions = 6,
        Seed = seed,
    }).Dataset;

    /// <summary>The path of a folder that does not exist yet.</summary>
    public string New(string name) => Path.Combine(_root, $"{name}-{Interlocked.Increment(ref _folders)}");

    /// <summary>Writes a file and gives its path.</summary>
    public string File(string name, string text)
    {
        string path = New(name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Trains a quick run and gives its folder.</summary>
    public string Train(params string[] more)
    {
        string run = New("run");
        Outcome outcome = Run(["train", "--data", Data, "--model", "lirdrec", "--out", run, .. Quick, .. more]);
        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        return run;
    }

    /// <summary>Runs the command in this process.</summary>
    public Outcome Run(params string[] args) => Run(args, CancellationToken.None);

    public Outcome Run(string[] args, CancellationToken cancellationToken, bool errorIsTerminal = false, TimeProvider? clock = null)
    {
        using StringWriter output = new(), error = new();
        var environment = new CliEnvironment(
            CliEnvironment.ConsoleOn(output, false), CliEnvironment.ConsoleOn(error, errorIsTerminal), Path.Combine(_root, "cache"))
        {
            Clock = clock ?? TimeProvider.System,
        };
        int code = CommandLine.Run(args, environment, cancellationToken);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
