using System.Diagnostics;
using System.Globalization;

namespace Tessera.Docs.Tests;

/// <summary>Runs the README's first command as a process, in an empty folder.</summary>
public sealed class DemoTests : IDisposable
{
    /// <summary>How the parts of the output begin.</summary>
    public static readonly string[] Sections =
    [
        "Data: a synthetic data set", "sparsity", "cold items", "modality image", "modality text",
        "Test: LIRDRec (preset lirdrec-cosine) after epoch ", "Recall@10", "Recall@20", "NDCG@10", "NDCG@20", "popularity", "random", "protocol strict",
        "Recommended to 5 users", "shared", "Done in ", "Try next",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-demo-").FullName;

    [Fact]
    public void The_demonstration_beats_popularity_and_chance_within_a_minute_and_what_it_proposes_works()
    {
        string taken = Path.Combine(_folder, "runs", "demo", "mine.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(taken)!);
        File.WriteAllText(taken, "precious");

        // It loads no model: neither weights nor their library.
        string[] models = ["weights", "Microsoft.ML.", "Tessera.Encoders.Onnx.dll"];
        string program = TesseraProcess.CopyWithout(
            Path.Combine(_folder, "tessera"),
            file => models.Any(start => file.StartsWith(start, StringComparison.Ordinal)) || file.Contains("onnxruntime", StringComparison.Ordinal));
        long start = Stopwatch.GetTimestamp();
        (int code, string output, _) = TesseraProcess.RunProgram("dotnet", _folder, program, "demo");
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        Assert.Equal(0, code);
        foreach (string part in Sections) Assert.Contains(part, output, StringComparison.Ordinal);
        double[] model = Metrics(output, "LIRDRec"), popularity = Metrics(output, "popularity"), random = Metrics(output, "random");
        for (int metric = 0; metric < model.Length; metric++)
            Assert.True(model[metric] > 2 * popularity[metric] && popularity[metric] > random[metric], output);
        Assert.True(seconds < 60, $"The demonstration took {seconds:F0} s.");
        Assert.Equal("precious", File.ReadAllText(taken));
        Assert.Contains("The run is saved in runs/demo-2", output, StringComparison.Ordinal);

        string[] proposed = [.. output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("tessera ", StringComparison.Ordinal))];
        Assert.Equal(5, proposed.Length);
        foreach (string command in proposed.Where(command => !command.StartsWith("tessera serve", StringComparison.Ordinal))) Assert.Equal(0, Run(command.Split(' ')[1..]).Code);
    }

    [Fact]
    public void Where_the_models_library_cannot_be_loaded_the_light_encoders_are_named()
    {
        string program = TesseraProcess.CopyWithout(Path.Combine(_folder, "tessera"), file => file.Contains("onnxruntime.", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_folder, "shop.inter"), "userID\titemID\tx_label\n0\t0\t0\n0\t1\t0\n0\t2\t0\n");
        File.WriteAllText(Path.Combine(_folder, "items.jsonl"), "{\"item\":\"a\",\"title\":\"red chair\"}\n{\"item\":\"b\",\"title\":\"red lamp\"}\n{\"item\":\"c\",\"title\":\"blue chair\"}\n");
        (int code, string output, string error) = TesseraProcess.RunProgram("dotnet", _folder, program, "data", "encode", "--data", ".");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("error: The library of ONNX Runtime cannot be loaded on ", error, StringComparison.Ordinal);
        Assert.EndsWith("choose encoders without it: --encoder tfidf for texts and --encoder histogram for images.\n", error, StringComparison.Ordinal);
        Assert.Equal(0, TesseraProcess.RunProgram("dotnet", _folder, program, "data", "encode", "--data", ".", "--encoder", "tfidf").Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The four metrics in a row of the table of results.</summary>
    private static double[] Metrics(string output, string model)
    {
        string row = output.Split('\n').First(line => line.StartsWith($"│ {model} ", StringComparison.Ordinal));
        return [.. row.Split('│', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[2..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
    }

    private (int Code, string Output) Run(params string[] args)
    {
        (int code, string output, _) = TesseraProcess.Run(_folder, args);
        return (code, output);
    }
}
