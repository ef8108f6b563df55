using Tessera.Recommendation.Runs;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Telemetry;

/// <summary>How the service of this process is.</summary>
/// <param name="Model">What answers; null while nothing does.</param>
/// <param name="Refusal">Why what the store names is not served, a sentence; null where it is.</param>
/// <param name="Recommendations">The last minutes.</param>
/// <param name="Log">How far what answers knows the log.</param>
internal sealed record ServiceStatus(ServedModel? Model, string? Refusal, RecentFigures Recommendations, LogLag Log)
{
    /// <summary>The status as of now.</summary>
    public static ServiceStatus Of(ServedGenerations served, GenerationKeeper keeper, LogProgress progress, ServiceMetrics metrics) => new(
        served.Current is null ? null : ServedModel.Of(served, keeper), keeper.Refusal, metrics.Recent.Read(), new LogLag(progress.Position, progress.Behind, progress.BehindFor.TotalSeconds));
}

/// <summary>The model that answers.</summary>
/// <param name="Id">Name of its generation.</param>
/// <param name="Since">When the generation was added.</param>
/// <param name="Modalities">By which modalities it tells likeness and its own scores; empty where it does not tell them apart.</param>
/// <param name="Items">What it knows.</param>
/// <param name="Challenger">Name of the generation that is tried beside it; null for none.</param>
/// <param name="Traffic">Share of the users whom that serves, 0 to 1.</param>
internal sealed record ServedModel(string Id, DateTimeOffset? Since, IReadOnlyList<string> Modalities, ItemCounts Items, string? Challenger, double Traffic)
{
    /// <summary>The champion that is served.</summary>
    public static ServedModel Of(ServedGenerations served, GenerationKeeper keeper)
    {
        using GenerationLease lease = served.Lease(user: null);
        TrainedRun run = lease.Generation.Live.Current;
        Arms? arms = served.Current;
        return new ServedModel(lease.Generation.Name, keeper.ChampionSince, run.Chunks, ItemCounts.Of(run), arms?.Challenger?.Name, arms?.Share ?? 0);
    }
}

/// <summary>How far what answers knows the log.</summary>
/// <param name="Position">Position of the last entry that it knows.</param>
/// <param name="Behind">Entries that it did not know when it was last looked.</param>
/// <param name="Seconds">For how long there have been such entries.</param>
internal sealed record LogLag(long Position, long Behind, double Seconds);
