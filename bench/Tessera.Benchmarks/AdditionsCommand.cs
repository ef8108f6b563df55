using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Models;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Benchmarks;

/// <summary>Makes up a finished run of LIRDRec of Amazon Electronics' number of items and measures how long adding items to it takes.</summary>
internal static class AdditionsCommand
{
    private const int Items = 63_001, Users = 20_000;
    private static readonly (string Name, int Dimensions)[] Modalities = [("image", 4096), ("text", 384)];

    public static Command Create()
    {
        var added = new Option<int>("--added") { Description = "number of items to add at once", DefaultValueFactory = _ => 1000 };
        var repetitions = new Option<int>("--repetitions") { Description = "how often", DefaultValueFactory = _ => 5 };
        var keep = new Option<string>("--keep") { Description = "folder to make the run in, kept and used again: then memory is that of adding alone", Required = true };
        var command = new Command("additions", "milliseconds and memory of adding items to a large run") { added, repetitions, keep };
        command.SetAction(parsed =>
        {
            var directory = new RunDirectory(parsed.GetValue(keep)!);
            if (!directory.IsFinished) MadeUpRun.Make(directory, Users, Items, Modalities);
            Console.WriteLine(Measure(directory, parsed.GetValue(added), parsed.GetValue(repetitions)).ToJsonString());
        });
        return command;
    }

    private static JsonObject Measure(RunDirectory directory, int added, int repetitions)
    {
        var rng = new Rng(2);
        NewItem[][] batches = [.. Enumerable.Range(0, repetitions).Select(batch => Enumerable.Range(0, added).Select(n => Item($"{batch} {n}", rng)).ToArray())];
        using LiveRecommender live = LiveRecommender.Open(directory.Path, ModelCatalog.Of(typeof(LirdRec).Assembly));
        long start = Stopwatch.GetTimestamp();
        live.AddItem(Item("first", rng));
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        live.AddItem(Item("second", rng));
        double single = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        double[] times = [.. batches.Select(batch =>
        {
            long begun = Stopwatch.GetTimestamp();
            live.AddItems(batch);
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds / added;
        }).Order()];
        double busy = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / (added * repetitions);
        start = Stopwatch.GetTimestamp();
        live.Recommend(["0 1", "5"], 10);
        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["first_ms"] = Math.Round(first, 1),
            ["single_ms"] = Math.Round(single, 1),
            ["item_ms_least"] = Math.Round(times[0], 3),
            ["item_ms_median"] = Math.Round(times[times.Length / 2], 3),
            ["item_cpu_ms"] = Math.Round(busy, 3), // of all cores together: what a machine that does much else at the time takes longer for
            ["recommend_ms"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1),
            ["peak_mb"] = Process.GetCurrentProcess().PeakWorkingSet64 >> 20,
        };
    }

    private static NewItem Item(string id, Rng rng) => new(
        id, Modalities.ToDictionary(modality => modality.Name, modality => Enumerable.Range(0, modality.Dimensions).Select(_ => rng.NextGaussian()).ToArray()));
}
