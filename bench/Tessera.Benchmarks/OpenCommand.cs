using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks;

/// <summary>Makes up a large finished run and measures how long the command takes, as a process, to recommend to one of its users.</summary>
internal static class OpenCommand
{
    private const int InteractionsPerUser = 4, Repetitions = 10;

    public static Command Create()
    {
        var users = new Option<int>("--users") { Description = "number of users", DefaultValueFactory = _ => 500_000 };
        var items = new Option<int>("--items") { Description = "number of items", DefaultValueFactory = _ => 200_000 };
        var dimensions = new Option<int>("--dimensions") { Description = "columns of the vectors", DefaultValueFactory = _ => 64 };
        var keep = new Option<string?>("--keep") { Description = "folder to make the run in, kept and used again; default: a temporary one" };
        var command = new Command("open", "seconds and memory of 'tessera recommend' for one user of a large run") { users, items, dimensions, keep };
        command.SetAction(parsed =>
        {
            string? kept = parsed.GetValue(keep);
            string folder = kept ?? Directory.CreateTempSubdirectory("tessera-open-").FullName;
            try
            {
                var directory = new RunDirectory(folder);
                if (!directory.IsFinished) Make(directory, parsed.GetValue(users), parsed.GetValue(items), parsed.GetValue(dimensions));
                Console.WriteLine(Measure(folder).ToJsonString());
            }
            finally
            {
                if (kept is null) Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    public static void Make(RunDirectory directory, int users, int items, int dimensions)
    {
        var rng = new Rng(1);
        Interactions train = Interactions.FromPairs(
            users, items, Enumerable.Range(0, users).SelectMany(user => Enumerable.Range(0, InteractionsPerUser).Select(_ => (user, rng.Next(items)))));
        Interactions none = Interactions.FromPairs(users, items, []);
        var data = new Dataset("large", train, none, none, [])
        {
            UserIds = [.. Enumerable.Range(0, users).Select(user => $"u{user:D7}")],
            ItemIds = [.. Enumerable.Range(0, items).Select(item => $"i{item:D7}")],
        };
        var config = new RunConfig("mf", [], new TrainingOptions(), 1, Protocol.Strict, data.Name, [], "");
        using var embeddings = new Embeddings(Gaussian(users), Gaussian(items));
        AtomicFile.WriteText(directory.ConfigFile, config.ToJson());
        KnownData.Write(directory, config, data);
        RunVectors.Write(directory, config, embeddings);
        SafetensorsWriter.Write(directory.ModelFile, [("items", embeddings.Items)], RunDirectory.Mark(directory.ModelFile, config));
        directory.WriteChecksums("{}\n");
        AtomicFile.WriteText(directory.MetricsFile, "{}\n");

        Matrix Gaussian(int rows)
        {
            var matrix = new Matrix(rows, dimensions);
            foreach (ref float value in matrix.Span) value = 0.1f * rng.NextGaussian();
            return matrix;
        }
    }

    private static JsonObject Measure(string folder)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "tessera.dll");
        var seconds = new double[Repetitions];
        for (int n = 0; n < Repetitions; n++)
        {
            long start = Stopwatch.GetTimestamp();
            using Process process = Process.Start(
                new ProcessStartInfo("dotnet", [program, "recommend", "--run", folder, "--user", $"u{n * 7:D7}"]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            seconds[n] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (process.ExitCode != 0) throw new InvalidInputException($"'tessera recommend' ended with exit code {process.ExitCode}.");
        }

        Array.Sort(seconds);
        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["seconds_least"] = Math.Round(seconds[0], 3),
            ["seconds_median"] = Math.Round(seconds[Repetitions / 2], 3),
        };
    }
}
