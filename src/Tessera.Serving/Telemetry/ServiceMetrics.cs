using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Serving.Following;
using Tessera.Serving.Ranking;

namespace Tessera.Serving.Telemetry;

/// <summary>What the service measures of itself, by the meter and the activity source <see cref="Name"/>.</summary>
internal sealed class ServiceMetrics
{
    /// <summary>Name of meter and activity source.</summary>
    public const string Name = "Tessera";

    /// <summary>The kind of requests for one list.</summary>
    public const string Recommend = "recommend";

    private readonly Counter<long> _requests, _fallbacks, _dropped;
    private readonly Histogram<double> _duration;

    /// <param name="service">The name that the service has in its host, by which its meter is tagged; null for none.</param>
    public ServiceMetrics(
        IMeterFactory meters, [FromKeyedServices] SearchQueue queue, [FromKeyedServices] LogProgress progress, [FromKeyedServices] GenerationKeeper keeper, TimeProvider time,
        [ServiceKey] string? service = null)
    {
        Recent = new RecentRecommendations(time);
        Meter meter = meters.Create(Name, version: null, service is null ? null : [KeyValuePair.Create("service", (object?)service)]);
        _requests = meter.CreateCounter<long>("tessera.requests", "{request}", "Requests by kind and outcome.");
        _duration = meter.CreateHistogram<double>("tessera.request.duration", "s", "Time that requests took, by kind.");
        _fallbacks = meter.CreateCounter<long>("tessera.fallbacks", "{list}", "Lists of what is popular and new, for nothing was known of the user.");
        _dropped = meter.CreateCounter<long>("tessera.recommendations.dropped", "{list}", "Lists that were handed out and not recorded, for the store did not keep up.");
        meter.CreateObservableCounter("tessera.ranking.passes", () => queue.Passes, "{pass}", "Passes over the vectors.");
        meter.CreateObservableCounter("tessera.ranking.searches", () => queue.Searches, "{search}", "Searches of these passes; by passes, the size of a batch.");
        meter.CreateObservableGauge("tessera.log.lag.entries", () => progress.Behind, "{entry}", "Entries of the log that the models do not know.");
        meter.CreateObservableGauge("tessera.log.lag.time", () => progress.BehindFor.TotalSeconds, "s", "How long ago the log held what the models know by now.");
        meter.CreateObservableGauge(
            "tessera.model.age",
            () => keeper.ChampionSince is { } since ? [new Measurement<double>((time.GetUtcNow() - since).TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s", "Time since the model that is served was added.");
    }

    /// <summary>The last minutes of it, for who asks this process.</summary>
    public RecentRecommendations Recent { get; }

    /// <summary>Makes activities.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Runs a request, and counts it.</summary>
    /// <param name="kind">What is asked for, such as <c>recommend</c>.</param>
    public async Task<T> MeasureAsync<T>(string kind, Func<Task<T>> run)
    {
        using Activity? activity = Activities.StartActivity($"tessera {kind}");
        long start = Stopwatch.GetTimestamp();
        string outcome = "ok";
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            outcome = cause switch
            {
                OperationCanceledException => "canceled",
                NoModelException => "no-model",
                Data.InvalidInputException or UnknownItemException => "refused",
                _ => "failed",
            };
            if (outcome == "failed") activity?.SetStatus(ActivityStatusCode.Error, cause.GetType().Name);
            throw;
        }
        finally
        {
            activity?.SetTag("tessera.outcome", outcome);
            var of = new KeyValuePair<string, object?>("kind", kind);
            _requests.Add(1, of, new KeyValuePair<string, object?>("outcome", outcome));
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            _duration.Record(took.TotalSeconds, of);
            if (kind == Recommend) Recent.CountRequest(took);
        }
    }

    /// <summary>Counts a list.</summary>
    /// <param name="arm">Whose it is.</param>
    /// <param name="isFallback">Whether it is of what is popular and new alone.</param>
    public void CountList(string arm, bool isFallback)
    {
        Recent.CountList(isFallback);
        if (isFallback) _fallbacks.Add(1, new KeyValuePair<string, object?>("arm", arm));
    }

    /// <summary>Counts lists that were not recorded.</summary>
    public void CountDropped(int lists) => _dropped.Add(lists);
}
