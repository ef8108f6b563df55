using Microsoft.Extensions.DependencyInjection;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Telemetry;

/// <summary>Reads how the service of this process is.</summary>
internal sealed class StatusReader(
    [FromKeyedServices] ServedGenerations served, [FromKeyedServices] GenerationKeeper keeper, [FromKeyedServices] LogProgress progress,
    [FromKeyedServices] ServiceMetrics metrics)
{
    /// <summary>The status as of now.</summary>
    public ServiceStatus Read() => new(
        served.Current is { } arms ? Model(arms) : null, keeper.Refusal, metrics.Recent.Read(), new LogLag(progress.Position, progress.Behind, progress.BehindFor.TotalSeconds));

    private ServedModel Model(Arms arms)
    {
        using GenerationLease lease = served.Lease(user: null);
        TrainedRun run = lease.Generation.Live.Current;
        return new ServedModel(lease.Generation.Name, keeper.ChampionSince, run.Chunks, Count(run), arms.Challenger?.Name, arms.Share);
    }

    private static ItemCounts Count(TrainedRun run)
    {
        Additions additions = run.Additions;
        int removedLater = additions.Removed.Count(item => item >= run.TrainedItems);
        return new ItemCounts(
            run.ItemCount - additions.Removed.Count, run.ItemCount - run.TrainedItems - removedLater, additions.Hidden.Count(item => !additions.Removed.Contains(item)));
    }
}
