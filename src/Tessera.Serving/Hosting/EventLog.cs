using Microsoft.Extensions.DependencyInjection;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;
using Tessera.Serving.Telemetry;

namespace Tessera.Serving.Hosting;

/// <summary>The log as hosts write it: what is acknowledged is on the disk, and models here know it.</summary>
internal sealed class EventLog(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServedGenerations served, [FromKeyedServices] LogProgress progress,
    [FromKeyedServices] ServiceMetrics metrics) : IEventLog
{
    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(IReadOnlyList<UserEvent> events, CancellationToken cancellationToken = default) => AppendAsync(events, [], cancellationToken);

    /// <inheritdoc cref="IEventLog.AppendAsync"/>
    /// <param name="refused">Events of the batch that could not even be read, which are counted and kept with the rejected ones.</param>
    public Task<AppendResult> AppendAsync(IReadOnlyList<UserEvent> events, IReadOnlyList<RejectedEvent> refused, CancellationToken cancellationToken) =>
        metrics.MeasureAsync("append events", async () =>
        {
            ArgumentNullException.ThrowIfNull(events);
            Store store = await source.OpenAsync();
            AppendResult result = await store.Events.AppendAsync(events, refused, cancellationToken);
            await progress.WaitAsync(result.Position, LogProgress.Patience, cancellationToken);
            return result with { UnknownItems = await CountUnknownAsync(store, events, cancellationToken) };
        });

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UserEvent>> HistoryAsync(string user, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await (await source.OpenAsync()).Events.HistoryAsync(user, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<UserChange> MergeAsync(string from, string into, CancellationToken cancellationToken = default) =>
        ChangeAsync("merge users", users => users.MergeAsync(from, into, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<UserChange> EraseAsync(string user, CancellationToken cancellationToken = default) =>
        ChangeAsync("erase user", users => users.EraseAsync(user, cancellationToken), cancellationToken);

    /// <summary>How many items there are not; the store is asked for those alone that the model does not know.</summary>
    private async Task<int> CountUnknownAsync(Store store, IReadOnlyList<UserEvent> events, CancellationToken cancel)
    {
        var unknown = new HashSet<string>(events.Select(one => one.Item).Where(StoredId.IsSound), StringComparer.Ordinal);
        if (served.Current is not null)
        {
            using GenerationLease lease = served.Lease(user: null);
            TrainedRun run = lease.Generation.Live.Current;
            unknown.RemoveWhere(item => run.TryFindItem(item) is not null);
        }

        return unknown.Count == 0 ? 0 : unknown.Count - (await store.Items.FindAsync(unknown, cancel)).Count;
    }

    private Task<UserChange> ChangeAsync(string kind, Func<UserStore, Task<UserChange>> change, CancellationToken cancel) => metrics.MeasureAsync(kind, async () =>
    {
        UserChange done = await change((await source.OpenAsync()).Users);
        await progress.WaitAsync(done.Position, LogProgress.Patience, cancel);
        return done;
    });
}
