using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>Follows the log from start to end of the host: into the models that are served, and to other models where it says so.</summary>
internal sealed partial class LogFollower(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] GenerationKeeper keeper, [FromKeyedServices] ServedGenerations served,
    [FromKeyedServices] LogProgress progress, [FromKeyedServices] IOptions<TesseraOptions> options, TimeProvider time,
    ILogger<LogFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1); // after a failure
    private static readonly TimeSpan SaveAgain = TimeSpan.FromSeconds(10); // after an erasure could not be kept
    private static readonly TimeSpan LastSave = TimeSpan.FromSeconds(5); // beyond the time that the host has left
    private readonly Channel<bool> _swaps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _saveFrom; // ticks, before which what could not be kept is not tried again
    private bool _hasErased; // somebody whom folders of runs that are served no longer may still name

    /// <summary>Opens store and model, so that requests can be answered when it returns.</summary>
    /// <exception cref="InvalidInputException">The model of the settings is to be served and cannot be.</exception>
    /// <exception cref="StorageException">The store cannot be reached.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Store store = await source.OpenAsync();
        await keeper.RegisterAsync(cancellationToken);
        long end = await LogEnd.PositionAsync(store, cancellationToken);
        await keeper.SyncAsync(cancellationToken);
        if (served.Current is null) await RefuseSettingsAsync(store, cancellationToken);
        progress.Reach(end); // the models know more by now, but which of them are to be served may have changed since
        progress.Measured(end, behind: 0);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Ends, and keeps what the models know, even if the host has no time left.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(LastSave, time);
        try
        {
            await keeper.SaveAsync(urgentOnly: false, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The next start reads the log instead.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(KeepOn(FollowAsync, stoppingToken), KeepOn(SwapAsync, stoppingToken), KeepOn(WatchAsync, stoppingToken));
    }

    private async Task FollowAsync(Store store, CancellationToken cancel)
    {
        await foreach (IReadOnlyList<LogEntry> entries in store.Log.FollowAsync(progress.Position, cancel))
        {
            await keeper.ApplyAsync(entries, cancel);
            if (entries.Any(entry => entry is LogEntry.ModelsChanged)) _swaps.Writer.TryWrite(true);
            if (entries.Any(entry => entry is LogEntry.UserErased)) Volatile.Write(ref _hasErased, true);
            await KeepErasuresAsync(cancel);
        }
    }

    /// <summary>Takes users who were erased out of what is kept in the folders of runs; where that fails, another time.</summary>
    private async Task KeepErasuresAsync(CancellationToken cancel)
    {
        if (time.GetUtcNow().Ticks < Volatile.Read(ref _saveFrom)) return;
        bool isKept = await keeper.SaveAsync(urgentOnly: true, cancel);
        if (Interlocked.Exchange(ref _hasErased, false))
        {
            bool isDropped = false;
            try
            {
                isDropped = await keeper.DropUnservedAsync(cancel);
            }
            finally
            {
                if (!isDropped) Volatile.Write(ref _hasErased, true);
            }

            isKept &= isDropped;
        }

        if (!isKept) Volatile.Write(ref _saveFrom, (time.GetUtcNow() + SaveAgain).Ticks);
    }

    private async Task SwapAsync(Store store, CancellationToken cancel)
    {
        await foreach (bool _ in _swaps.Reader.ReadAllAsync(cancel))
        {
            try
            {
                await keeper.SyncAsync(cancel);
            }
            catch
            {
                _swaps.Writer.TryWrite(true); // again after the pause
                throw;
            }
        }
    }

    /// <summary>Measures how far the models are behind, and keeps what they know from time to time, when those that are worn are opened anew, too.</summary>
    private async Task WatchAsync(Store store, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(LogProgress.LookEvery, time);
        DateTimeOffset saved = time.GetUtcNow();
        while (await timer.WaitForNextTickAsync(cancel))
        {
            (long end, long behind) = await LogEnd.BeyondAsync(store, progress.Position, cancel);
            progress.Measured(end, behind);
            await KeepErasuresAsync(cancel);
            if (time.GetUtcNow() - saved < options.Value.SnapshotEvery) continue;
            await keeper.SaveAsync(urgentOnly: false, cancel);
            saved = time.GetUtcNow();
            if (keeper.HasWorn) _swaps.Writer.TryWrite(true);
        }
    }

    /// <summary>Runs something until the host ends, and again after failures.</summary>
    private async Task KeepOn(Func<Store, CancellationToken, Task> run, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await run(await source.OpenAsync(), cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause)
            {
                Failed(logger, cause.Message, cause is StorageException ? null : cause);
                await Task.Delay(Pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RefuseSettingsAsync(Store store, CancellationToken cancel)
    {
        StoredGeneration? champion = (await store.Generations.ListAsync(cancel)).FirstOrDefault(one => one.State == GenerationState.Champion);
        if (champion?.Folder == options.Value.ModelFolder) throw new InvalidInputException(keeper.Refusal!);
    }

    [LoggerMessage(EventId = 121, Level = LogLevel.Error, Message = "Following the log failed, and goes on in a second: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception? cause);
}
