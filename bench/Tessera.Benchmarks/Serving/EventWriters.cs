using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Tessera.Data;

namespace Tessera.Benchmarks.Serving;

/// <summary>Writers who send events with ids of their own, each again until it is acknowledged, and readers who ask for lists meanwhile.</summary>
internal sealed class EventWriters(Func<HttpClient> client) : IDisposable
{
    private const int Writers = 8, Readers = 4, Most = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<string> _acknowledged = [];
    private readonly List<Task> _running = [];
    private long _lastGood, _retries;

    /// <summary>How many events were acknowledged.</summary>
    public int Acknowledged => _acknowledged.Count;

    /// <summary>How often a request was sent again.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    public void Start()
    {
        _running.AddRange(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))));
        _running.AddRange(Enumerable.Range(0, Readers).Select(reader => Task.Run(() => ReadAsync(reader))));
    }

    /// <summary>Seconds until events that were sent after a time are acknowledged.</summary>
    /// <param name="since">Of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public async Task<double> RecoverAsync(long since, TimeSpan patience)
    {
        while (Interlocked.Read(ref _lastGood) <= since)
        {
            if (Stopwatch.GetElapsedTime(since) > patience) throw new InvalidInputException($"No event was acknowledged within {patience.TotalSeconds:F0} s.");
            await Task.Delay(2);
        }

        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    /// <summary>Ends once all that was sent is acknowledged.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    /// <summary>Compares what the store has with what was acknowledged.</summary>
    public async Task<(int Lost, int Twice)> CompareAsync()
    {
        using HttpResponseMessage response = await client().GetAsync(new Uri("/v1/exports/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var stored = new Dictionary<string, int>();
        while (await reader.ReadLineAsync() is { } line)
        {
            string id = JsonNode.Parse(line)!["id"]!.GetValue<string>();
            stored[id] = stored.GetValueOrDefault(id) + 1;
        }

        return (_acknowledged.Count(id => !stored.ContainsKey(id)), stored.Values.Count(times => times > 1));
    }

    public void Dispose() => _stop.Dispose();

    private async Task WriteAsync(int writer)
    {
        string session = Guid.NewGuid().ToString("N");
        for (int batch = 0; !_stop.IsCancellationRequested; batch++)
        {
            string[] ids = [.. Enumerable.Range(0, 1 + (batch % Most)).Select(n => $"{session}-{batch}-{n}")];
            string body = $"[{string.Join(',', ids.Select((id, n) =>
                $$"""{"id":"{{id}}","user":"writer-{{writer}}-{{batch % 100}}","item":"{{(batch + n) % 1000}}","type":"like","time":"2026-01-31T12:00:00Z"}"""))}]";
            while (!await IsAcknowledgedAsync(body, ids.Length))
            {
                Interlocked.Increment(ref _retries);
                await Task.Delay(Pause);
            }

            foreach (string id in ids) _acknowledged.Add(id);
        }
    }

    private async Task<bool> IsAcknowledgedAsync(string body, int events)
    {
        long sent = Stopwatch.GetTimestamp();
        try
        {
            using HttpRequestMessage request = Traffic.Send(HttpMethod.Post, "/v1/events", body);
            using HttpResponseMessage response = await client().SendAsync(request);
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) return false;
            string text = await response.Content.ReadAsStringAsync();
            JsonNode answer = JsonNode.Parse(text)!;
            if (!response.IsSuccessStatusCode || answer["accepted"]!.GetValue<int>() + answer["duplicates"]!.GetValue<int>() != events)
                throw new InvalidInputException($"An event was answered by {(int)response.StatusCode} {text}");
            for (long last = Interlocked.Read(ref _lastGood); sent > last; last = Interlocked.Read(ref _lastGood)) Interlocked.CompareExchange(ref _lastGood, sent, last);
            return true;
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task ReadAsync(int reader)
    {
        for (int n = 0; !_stop.IsCancellationRequested; n++)
        {
            try
            {
                using HttpRequestMessage request = Traffic.Recommend($"writer-{reader}-{n % 100}");
                using HttpResponseMessage _ = await client().SendAsync(request);
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
