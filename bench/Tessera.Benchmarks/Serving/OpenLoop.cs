using System.Diagnostics;
using System.Text.Json.Nodes;
using HdrHistogram;
using Tessera.Compute.Random;

namespace Tessera.Benchmarks.Serving;

/// <summary>
/// Requests at times that do not depend on the answers, as those of many people who know nothing of each other: their distances are exponential. A latency
/// counts from when the request was to be sent, so that one who waits behind a slow one is seen; the sender's clock is good to a millisecond, which counts in.
/// </summary>
internal static class OpenLoop
{
    /// <summary>The latency that 99 of 100 requests must not exceed where a rate is to count as served.</summary>
    public const double GoodMs = 50;

    private const long MostMicroseconds = 120_000_000;

    /// <summary>Sends for some seconds, and waits for the answers. Gives up where a second's worth of requests is unanswered.</summary>
    public static LoopResult Run(HttpClient client, Func<HttpRequestMessage> next, double rate, double seconds)
    {
        var latencies = new LongConcurrentHistogram(1, MostMicroseconds, 3);
        var rng = new Rng((ulong)rate);
        int waiting = 0, failed = 0;
        bool gaveUp = false;
        long begun = Stopwatch.GetTimestamp();
        for (double due = Pause(); due < seconds; due += Pause())
        {
            while (Elapsed() < due) Thread.Sleep(1);
            if (gaveUp = Volatile.Read(ref waiting) > Math.Max(100, rate)) break;
            Interlocked.Increment(ref waiting);
            _ = SendAsync(due);
        }

        double sent = Elapsed();
        while (Volatile.Read(ref waiting) > 0) Thread.Sleep(1);
        return new LoopResult(rate, latencies.TotalCount / (gaveUp ? Elapsed() : Math.Max(sent, seconds)), failed, gaveUp, latencies);

        double Pause() => -Math.Log(1 - rng.NextDouble()) / rate;

        double Elapsed() => Stopwatch.GetElapsedTime(begun).TotalSeconds;

        async Task SendAsync(double due)
        {
            try
            {
                using HttpRequestMessage request = next();
                using HttpResponseMessage response = await client.SendAsync(request).ConfigureAwait(false);
                if (!response.IsSuccessStatusCode) Interlocked.Increment(ref failed);
            }
            catch (Exception cause) when (cause is HttpRequestException or OperationCanceledException)
            {
                Interlocked.Increment(ref failed);
            }
            finally
            {
                latencies.RecordValue(Math.Clamp((long)((Elapsed() - due) * 1e6), 1, MostMicroseconds));
                Interlocked.Decrement(ref waiting);
            }
        }
    }

    /// <summary>The highest rate that is served well, by doubling and halving steps; a rate that fails is tried twice more, for other programs take the cores too.</summary>
    public static double Highest(HttpClient client, Func<HttpRequestMessage> next, double seconds)
    {
        double good = 0, bad = 200;
        while (IsGood(bad)) (good, bad) = (bad, bad * 2);
        for (int step = 0; step < 3; step++)
        {
            double middle = (good + bad) / 2;
            if (IsGood(middle)) good = middle;
            else bad = middle;
        }

        return good;

        bool IsGood(double rate) => IsServed(rate) || IsServed(rate) || IsServed(rate);

        bool IsServed(double rate)
        {
            LoopResult result = Run(client, next, rate, seconds);
            Console.Error.WriteLine($"  {rate:F0}/s: {result.PerSecond:F0}/s, p50 {result.Ms(50):F1} ms, p99 {result.Ms(99):F1} ms, {result.Failed} failed");
            return result is { GaveUp: false, Failed: 0 } && result.Ms(99) <= GoodMs;
        }
    }
}

/// <summary>What became of the requests of a loop.</summary>
/// <param name="Rate">How many a second were to be sent.</param>
/// <param name="PerSecond">How many a second were answered.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="GaveUp">Whether so many were unanswered that it ended early.</param>
/// <param name="Latencies">In microseconds.</param>
internal sealed record LoopResult(double Rate, double PerSecond, int Failed, bool GaveUp, HistogramBase Latencies)
{
    public double Ms(double percentile) => Latencies.GetValueAtPercentile(percentile) / 1e3;

    /// <summary>The figures of several loops of the same kind.</summary>
    public static JsonObject Spread(IReadOnlyList<LoopResult> results)
    {
        return new JsonObject
        {
            ["per_second"] = Math.Round(results[0].Rate),
            ["failed"] = results.Sum(result => result.Failed),
            ["p50_ms"] = Of(50),
            ["p90_ms"] = Of(90),
            ["p99_ms"] = Of(99),
            ["p99.9_ms"] = Of(99.9),
        };

        JsonObject Of(double percentile) => Figures.Spread(results.Select(result => result.Ms(percentile)));
    }
}
