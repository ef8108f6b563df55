using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Models;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Serving;
using Tessera.Serving.Generations;
using Tessera.Serving.Ranking;

namespace Tessera.Benchmarks;

/// <summary>
/// Recommendations a second and their latency in the process, for callers that ask again as soon as they are answered, beside the bare product of their
/// vectors with all items. On one core: <c>taskset -c 0</c>. Other programs take from the wall clock, not from the processor's, so rates by both are given.
/// </summary>
internal static class RankingCommand
{
    private const int Users = 20_000, Count = 20, EventsPerSecond = 2000;

    public static Command Create()
    {
        var items = new Option<int>("--items") { Description = "number of items", DefaultValueFactory = _ => 100_000 };
        var dimensions = new Option<int>("--dimensions") { Description = "columns of the vectors", DefaultValueFactory = _ => 192 };
        var seconds = new Option<double>("--seconds") { Description = "seconds a measurement", DefaultValueFactory = _ => 10 };
        var threads = new Option<int>("--threads") { Description = "passes over the vectors at once", DefaultValueFactory = _ => 1 };
        var command = new Command("ranking", "recommendations a second and latency in the process, beside the bare product") { items, dimensions, seconds, threads };
        command.SetAction(parsed =>
        {
            string folder = Directory.CreateTempSubdirectory("tessera-ranking-").FullName;
            try
            {
                OpenCommand.Make(new RunDirectory(folder), Users, parsed.GetValue(items), parsed.GetValue(dimensions));
                Console.WriteLine(Measure(folder, parsed.GetValue(seconds), parsed.GetValue(threads)).ToJsonString());
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static JsonObject Measure(string folder, double seconds, int threads)
    {
        LiveRecommender live = LiveRecommender.Open(folder, ModelCatalog.Of(typeof(LirdRec).Assembly));
        using var generations = new ServedGenerations();
        var generation = new OpenGeneration("bench", live);
        generations.Serve(generation);
        using var queue = new SearchQueue(threads);
        var ranker = new Ranker(generations, queue, new byte[32]);
        int items = live.Current.ItemCount;
        var rng = new Rng(7);
        generation.Attributes.Set(Enumerable.Range(0, items).Select(item => (item, (IReadOnlyDictionary<string, AttributeValue>)Attributes(rng))));
        var filtered = new RecommendationRequest
        {
            Filter = new()
            {
                All = [new() { Attr = "price", Le = 50 }],
                None = [new() { Attr = "brand", In = ["brand 1", "brand 2"] }, new() { Attr = "tags", Eq = "tag 3" }],
            },
            Boost = [new() { Attr = "own", Eq = true, By = 0.1f }],
        };
        var loops = new JsonArray();
        Loop("warm-up", 32, new());
        loops.Clear();
        JsonObject product = Product(live.Current.ItemVectors);
        foreach (int callers in (int[])[1, 8, 32]) Loop("plain", callers, new());
        Loop("filter and boost", 32, filtered);
        Loop("filter that leaves 500 items", 32, new() { Filter = new() { All = [new() { Attr = "brand", Eq = "brand 7" }] } });
        Loop("diversity 0.3", 32, new() { Diversity = 0.3f });
        Loop("explained", 32, new() { Explain = true });
        Loop("session of 5", 32, new() { Session = ["i0000001", "i0000002", "i0000003", "i0000004", "i0000005"] });
        using (var stop = new CancellationTokenSource())
        {
            Task<JsonObject> writer = Task.Run(() => Write(live, items, stop.Token));
            Loop($"{EventsPerSecond:N0} events a second of new users", 32, new());
            stop.Cancel();
            loops[^1]!["events"] = writer.Result;
        }

        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["cores"] = Environment.ProcessorCount,
            ["threads"] = threads,
            ["items"] = items,
            ["dimensions"] = live.Current.ItemVectors.Columns,
            ["count"] = Count,
            ["product"] = product,
            ["loops"] = loops,
            ["peak_mb"] = Math.Round(Machine.PeakRssMb),
        };

        void Loop(string name, int callers, RecommendationRequest request)
        {
            long passes = queue.Passes, searches = queue.Searches, allocated = GC.GetTotalAllocatedBytes();
            TimeSpan busy = Environment.CpuUsage.TotalTime, paused = GC.GetTotalPauseDuration();
            long start = Stopwatch.GetTimestamp();
            Task<List<double>>[] calling = [.. Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(ranker, caller, request, start, seconds)))];
            double[] latencies = [.. Task.WhenAll(calling).Result.SelectMany(of => of).Order()];
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds, processor = (Environment.CpuUsage.TotalTime - busy).TotalSeconds;
            loops.Add((JsonNode)new JsonObject
            {
                ["loop"] = name,
                ["callers"] = callers,
                ["per_second"] = Math.Round(latencies.Length / elapsed),
                ["per_cpu_second"] = Math.Round(latencies.Length / processor),
                ["p50_ms"] = Math.Round(latencies[latencies.Length / 2], 2),
                ["p99_ms"] = Math.Round(latencies[latencies.Length * 99 / 100], 2),
                ["most_ms"] = Math.Round(latencies[^1], 2),
                ["gc_ms"] = Math.Round((GC.GetTotalPauseDuration() - paused).TotalMilliseconds),
                ["batch"] = Math.Round((queue.Searches - searches) / Math.Max(1.0, queue.Passes - passes), 1),
                ["share_of_a_core"] = Math.Round(processor / elapsed, 2),
                ["bytes_each"] = (GC.GetTotalAllocatedBytes() - allocated) / latencies.Length,
            });
        }
    }

    private static async Task<List<double>> CallAsync(Ranker ranker, int caller, RecommendationRequest request, long start, double seconds)
    {
        var latencies = new List<double>(20_000);
        for (int n = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; n++)
        {
            long asked = Stopwatch.GetTimestamp();
            await ranker.RecommendAsync(request with { User = $"u{((caller * 613) + (n * 37)) % Users:D7}", Count = Count });
            latencies.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        return latencies;
    }

    /// <summary>What 1, 8 and 32 vectors' products with all items take by themselves.</summary>
    public static JsonObject Product(Matrix vectors)
    {
        using var panel = new VectorPanel(vectors.Columns);
        var rates = new JsonObject();
        foreach (int lanes in (int[])[1, 8, 32])
        {
            using Matrix queries = GemmCommand.Noise(lanes, vectors.Columns);
            var times = new List<double>();
            for (int repeat = 0; repeat < 15; repeat++)
            {
                times.Add(GemmCommand.ProcessorSeconds(() =>
                {
                    for (int first = 0; first < lanes; first += panel.Lanes)
                    {
                        panel.Fill([.. Enumerable.Range(first, Math.Min(panel.Lanes, lanes - first)).Select(lane => queries.Row(lane).ToArray())]);
                        for (int row = 0; row < vectors.Rows; row += VectorPanel.BlockRows)
                            panel.Multiply(vectors, row, Math.Min(VectorPanel.BlockRows, vectors.Rows - row));
                    }
                }));
            }

            double median = GemmCommand.Median(times);
            rates[$"{lanes}"] = new JsonObject
            {
                ["ms"] = Math.Round(median * 1e3, 2),
                ["per_cpu_second"] = Math.Round(lanes / median),
                ["gflops"] = Math.Round(2.0 * lanes * vectors.Length / median / 1e9, 1),
                ["gb_per_second"] = Math.Round(4.0 * vectors.Length / median / 1e9, 1),
            };
        }

        return rates;
    }

    /// <summary>Adds events of ever new users, three each, as evenly as it can.</summary>
    private static async Task<JsonObject> Write(LiveRecommender live, int items, CancellationToken stop)
    {
        var rng = new Rng(3);
        long start = Stopwatch.GetTimestamp();
        var times = new List<double>();
        while (!stop.IsCancellationRequested)
        {
            int due = (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * EventsPerSecond);
            for (; times.Count < due; times.Add(GemmCommand.Seconds(() => live.AddEvents($"new {times.Count / 3}", [$"i{rng.Next(items):D7}"])) * 1e3))
            {
            }

            await Task.Delay(1, CancellationToken.None);
        }

        times.Sort();
        return new JsonObject
        {
            ["per_second"] = Math.Round(times.Count / Stopwatch.GetElapsedTime(start).TotalSeconds),
            ["p50_ms"] = Math.Round(times[times.Count / 2], 3),
            ["p99_ms"] = Math.Round(times[times.Count * 99 / 100], 3),
        };
    }

    private static Dictionary<string, AttributeValue> Attributes(Rng rng) => new Dictionary<string, AttributeValue>
    {
        ["price"] = rng.Next(100),
        ["brand"] = $"brand {rng.Next(200)}",
        ["tags"] = new[] { $"tag {rng.Next(20)}", $"tag {rng.Next(20)}" },
        ["own"] = rng.Next(10) == 0,
    };
}
