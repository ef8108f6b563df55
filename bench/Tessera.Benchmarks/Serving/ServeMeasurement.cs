using System.Diagnostics;
using System.Text.Json.Nodes;
using Tessera.Compute.Tensors;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.Benchmarks.Serving;

/// <summary>Measures the service with one number of items.</summary>
internal sealed class ServeMeasurement : IDisposable
{
    private const double UsualRate = 1000, LeastRate = 10; // requests a second that latencies are measured at
    private const int Probes = 20, SoakParts = 6;
    private const string Second = "second";
    private readonly ServedShop _shop;
    private readonly ServerProcess _server;
    private readonly Traffic _traffic;
    private readonly double _seconds, _startSeconds;
    private readonly int _repeats;
    private readonly TimeSpan? _soak;
    private readonly double? _soakRate;
    private int _probes, _failed;

    /// <param name="core">The server's core.</param>
    /// <param name="seconds">Seconds a measurement.</param>
    /// <param name="repeats">How often latencies are measured.</param>
    /// <param name="soak">How long the mix is served for memory to be compared; null for not at all.</param>
    /// <param name="soakRate">Requests a second meanwhile; null for those of the mix.</param>
    public ServeMeasurement(ServedShop shop, int core, double seconds, int repeats, TimeSpan? soak, double? soakRate)
    {
        (_shop, _seconds, _repeats, _soak, _soakRate) = (shop, seconds, repeats, soak, soakRate);
        shop.Clear();
        Say("starting");
        long start = Stopwatch.GetTimestamp();
        _server = ServerProcess.Start(shop.Run, shop.Store, ServerProcess.FreePort(), core);
        _startSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _traffic = new Traffic(ServedShop.Users, shop.Items, ServedShop.Modalities);
    }

    private HttpClient Client => _server.Client;

    public JsonObject Run()
    {
        double loadBefore = Figures.Load;
        Say($"warming up after a start of {_startSeconds:F1} s");
        OpenLoop.Run(Client, _traffic.Mixed, 100, 5);
        JsonObject memory = MemoryAsync().Result;
        Say("bare products");
        using Matrix vectors = GemmCommand.Noise(_shop.Items, 192);
        JsonObject product = RankingCommand.Product(vectors);
        Say("/alive");
        double alive = OpenLoop.Highest(Client, Traffic.Alive, _seconds);
        Say("mix");
        double mix = OpenLoop.Highest(Client, _traffic.Mixed, _seconds), rate = Math.Max(LeastRate, Math.Min(UsualRate, mix / 2));
        (JsonObject mixAt, _) = Repeat(_traffic.Mixed, rate);
        (JsonObject aliveAt, _) = Repeat(Traffic.Alive, rate);
        Say("recommendations alone");
        double alone = OpenLoop.Highest(Client, _traffic.Recommend, _seconds), aloneRate = alone >= UsualRate * 1.1 ? UsualRate : Math.Max(LeastRate, alone / 2);
        (JsonObject aloneAt, _) = Repeat(_traffic.Recommend, aloneRate);
        double passes = Metric("tessera_ranking_passes_total"), searches = Metric("tessera_ranking_searches_total");
        (_, double perCpuSecond) = Repeat(_traffic.Recommend, Math.Max(LeastRate, alone));
        double batch = (Metric("tessera_ranking_searches_total") - searches) / Math.Max(1, Metric("tessera_ranking_passes_total") - passes);
        Say("from change to list");
        var put = new JsonObject { ["idle"] = Repeat(PutAsync) };
        _probes = 0; // the same items again
        JsonObject other = Repeat(PutAsync);
        var change = new JsonObject { ["idle"] = Repeat(ChangeAsync) };
        Beside(rate / 2, () => (put["beside"], change["beside"]) = (Repeat(PutAsync), Repeat(ChangeAsync)));
        Say("swaps");
        JsonObject swaps = Swap(rate);
        JsonObject? soak = _soak is { } time ? Soak(_soakRate ?? rate, time) : null;
        return new JsonObject
        {
            ["items"] = _shop.Items,
            ["start_s"] = Math.Round(_startSeconds, 1),
            ["alive"] = new JsonObject { ["most"] = alive, ["at"] = aliveAt },
            ["mix"] = new JsonObject { ["most"] = mix, ["at"] = mixAt },
            ["alone"] = new JsonObject { ["most"] = alone, ["at"] = aloneAt, ["batch"] = Math.Round(batch, 1), ["per_cpu_second"] = Math.Round(perCpuSecond) },
            ["product"] = product,
            ["put"] = put,
            ["other"] = other,
            ["event"] = change,
            ["swaps"] = swaps,
            ["failed"] = _failed,
            ["memory"] = memory,
            ["soak"] = soak,
            ["load"] = new JsonObject { ["before"] = loadBefore, ["after"] = Figures.Load },
        };
    }

    public void Dispose() => _server.Dispose();

    private void Say(string what) => Console.Error.WriteLine($"{_shop.Items:N0} items: {what}");

    private double Metric(string name) => _server.MetricAsync(name).Result;

    private (JsonObject Latencies, double PerCpuSecond) Repeat(Func<HttpRequestMessage> next, double rate)
    {
        TimeSpan before = _server.Processor;
        LoopResult[] results = [.. Enumerable.Range(0, _repeats).Select(_ => OpenLoop.Run(Client, next, rate, _seconds))];
        double processor = (_server.Processor - before).TotalSeconds;
        _failed += results.Sum(result => result.Failed);
        return (LoopResult.Spread(results), results.Sum(result => result.Latencies.TotalCount) / processor);
    }

    private static JsonObject Repeat(Func<Task<double>> probe) => Figures.Spread(Enumerable.Range(0, Probes).Select(_ => probe().Result).ToArray());

    /// <summary>Milliseconds from putting a new item to a list that has it.</summary>
    private async Task<double> PutAsync()
    {
        int price = 1000 + _probes++;
        long start = Stopwatch.GetTimestamp();
        await SendAsync(_traffic.Put($"probe-{price}", price));
        while (!(await SendAsync(Traffic.Recommend("0", price))).Contains($"\"probe-{price}\"", StringComparison.Ordinal))
        {
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Milliseconds from what a new user does to a list that is this user's own.</summary>
    private async Task<double> ChangeAsync()
    {
        string user = $"guest-{_probes++}";
        long start = Stopwatch.GetTimestamp();
        await SendAsync(_traffic.Event(user));
        while (!(await SendAsync(Traffic.Recommend(user))).Contains("\"personal\"", StringComparison.Ordinal))
        {
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private async Task<string> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {text}");
    }

    /// <summary>Does something while the mix is served.</summary>
    private LoopResult Beside(double rate, Action act)
    {
        var results = new List<LoopResult>();
        bool done = false;
        var load = new Thread(() =>
        {
            while (!Volatile.Read(ref done)) results.Add(OpenLoop.Run(Client, _traffic.Mixed, rate, _seconds));
        });
        load.Start();
        act();
        Volatile.Write(ref done, true);
        load.Join();
        LoopResult all = results[0];
        foreach (LoopResult result in results.Skip(1)) all.Latencies.Add(result.Latencies);
        _failed += results.Sum(result => result.Failed);
        return all;
    }

    /// <summary>Serves the mix while another generation of the same run becomes the champion, and the first one again, and so on.</summary>
    private JsonObject Swap(double rate)
    {
        string first = Path.GetFileName(_shop.Run);
        AddSecondAsync().Wait();
        var swaps = new List<double>();
        var loops = new List<LoopResult>();
        for (int repeat = 0; repeat < _repeats; repeat++)
        {
            loops.Add(Beside(rate, () =>
            {
                foreach (string generation in (string[])[Second, first])
                {
                    long start = Stopwatch.GetTimestamp();
                    SendAsync(Traffic.Crown(generation)).Wait();
                    swaps.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }));
        }

        JsonObject figures = LoopResult.Spread(loops);
        figures["swap_ms"] = Figures.Spread(swaps);
        return figures;
    }

    private async Task AddSecondAsync()
    {
        await using SqliteDatabase database = await SqliteDatabase.OpenAsync(_shop.Database, TimeProvider.System);
        Store store = await database.OpenAsync("default");
        await store.Generations.AddAsync(new StoredGeneration(Second, _shop.Run, [], TrainedTo: 0));
    }

    private JsonObject Soak(double rate, TimeSpan time)
    {
        Say($"soak of {time.TotalSeconds:F0} s at {rate:F0}/s");
        JsonObject before = MemoryAsync().Result;
        JsonArray resident = [before["resident_mb"]!.DeepClone()], managed = [before["managed_mb"]!.DeepClone()];
        for (int part = 0; part < SoakParts; part++)
        {
            _failed += OpenLoop.Run(Client, _traffic.Mixed, rate, time.TotalSeconds / SoakParts).Failed;
            JsonObject now = MemoryAsync().Result;
            resident.Add(now["resident_mb"]!.DeepClone());
            managed.Add(now["managed_mb"]!.DeepClone());
        }

        return new JsonObject { ["seconds"] = time.TotalSeconds, ["per_second"] = Math.Round(rate), ["resident_mb"] = resident, ["managed_mb"] = managed };
    }

    private async Task<JsonObject> MemoryAsync() => new()
    {
        ["resident_mb"] = Math.Round(_server.ResidentMb),
        ["managed_mb"] = Math.Round(await _server.MetricAsync("dotnet_gc_last_collection_heap_size_bytes") / 1048576),
    };
}
