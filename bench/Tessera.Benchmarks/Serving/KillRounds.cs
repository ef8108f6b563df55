using System.Diagnostics;
using Tessera.Data;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Benchmarks.Serving;

/// <summary>A service to which something happens again and again while events are written.</summary>
internal sealed class KillRounds : IDisposable
{
    private const int LeastMs = 100, MostMs = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Full = TimeSpan.FromSeconds(0.5);
    private readonly ServedShop _shop;
    private readonly string _store;
    private readonly EventWriters _writers;
    private volatile ServerProcess _server;

    private KillRounds(ServedShop shop, string store)
    {
        (_shop, _store) = (shop, store);
        shop.Clear();
        _server = ServerProcess.Start(shop.Run, store, ServerProcess.FreePort(), core: null);
        _writers = new EventWriters(() => _server.Client);
    }

    /// <summary>Runs some rounds, each of which says how long it took until events were acknowledged again.</summary>
    public static async Task<KillResult> RunAsync(ServedShop shop, string store, string name, string what, int rounds, Func<KillRounds, int, Task<double>> happen)
    {
        using var run = new KillRounds(shop, store);
        var seconds = new List<double>();
        var rng = new Random(5);
        long start = Stopwatch.GetTimestamp();
        run._writers.Start();
        await run._writers.RecoverAsync(start, Patience);
        for (int round = 0; round < rounds; round++)
        {
            await Task.Delay(rng.Next(LeastMs, MostMs));
            seconds.Add(await happen(run, round));
            Console.Error.WriteLine($"{name}, {what}, round {round + 1}: {seconds[^1]:F2} s, {run._writers.Acknowledged:N0} events");
        }

        await run._writers.StopAsync();
        (int lost, int twice) = await run._writers.CompareAsync();
        return new KillResult(name, what, run._writers.Acknowledged, run._writers.Retries, lost, twice, seconds);
    }

    /// <summary>Kills the server and starts it at once.</summary>
    public async Task<double> KillServerAsync()
    {
        long killed = Stopwatch.GetTimestamp();
        Restart();
        return await _writers.RecoverAsync(killed, Patience);
    }

    /// <summary>Kills PostgreSQL and starts it at once.</summary>
    public async Task<double> KillDatabaseAsync(PostgresProcess postgres)
    {
        foreach (string command in (string[])["kill", "start"])
            if (postgres.Do(command) != command) throw new InvalidInputException("PostgreSQL does not start again.");
        long killed = Stopwatch.GetTimestamp(); // from here on the database is up
        return await _writers.RecoverAsync(killed, Patience);
    }

    /// <summary>Fills the disk for a while.</summary>
    /// <param name="isKilled">Whether the server is killed, and started again once there is room.</param>
    public async Task<double> FillAsync(SmallDisk disk, bool isKilled)
    {
        disk.Fill();
        await Task.Delay(Full);
        if (isKilled) _server.Kill();
        disk.Free();
        long freed = Stopwatch.GetTimestamp();
        if (isKilled) Restart();
        return await _writers.RecoverAsync(freed, Patience);
    }

    public void Dispose()
    {
        _server.Dispose();
        _writers.Dispose();
    }

    private void Restart()
    {
        ServerProcess before = _server;
        before.Kill();
        _server = before.Again(_shop.Run, _store);
        before.Dispose();
    }
}
