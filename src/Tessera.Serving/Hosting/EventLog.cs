using Microsoft.Extensions.DependencyInjection;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;
using Tessera.Serving.Telemetry;

namespace Tessera.Serving.Hosting;

/// <summary>The log as hosts write it: what is acknowledged is on the disk, and models here know it.</summary>
internal sealed class EventLog(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] LogProgress progress, [FromKeyedServices] ServiceMetrics metrics) : IEventLog
{
    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(IReadOnlyList<UserEvent> events, CancellationToken cancellationToken = default) => AppendAsync(events, [], cancellationToken);

    /// <inheritdoc cref="IEventLog.AppendAsync"/>
    /// <param name="refused">Events of the batch that could not even be read, which are counted and kept with the rejected ones.</param>
    public Task<AppendResult> AppendAsync(IReadOnlyList<UserEvent> events, IReadOnlyList<RejectedEvent> refused, CancellationToken cancellationToken) =>
        metrics.MeasureAsync("append events", async () =>
        {
            ArgumentNullException.ThrowIfNull(events);
            AppendResult result = await (await source.OpenAsync()).Events.AppendAsync(events, refused, cancellationToken);
            await progress.WaitAsync(result.Position, LogProgress.Patience, cancellationToken);
            return result;
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

    private Task<UserChange> ChangeAsync(string kind, Func<UserStore, Task<UserChange>> change, CancellationToken cancel) => metrics.MeasureAsync(kind, async () =>
    {
        UserChange done = await change((await source.OpenAsync()).Users);
        await progress.WaitAsync(done.Position, LogProgress.Patience, cancel);
        return done;
    });
}
