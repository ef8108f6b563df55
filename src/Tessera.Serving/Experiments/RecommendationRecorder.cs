using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Serving.Stores;
using Tessera.Serving.Telemetry;

namespace Tessera.Serving.Experiments;

/// <summary>
/// Records the lists that are handed out, beside the requests: who asks waits for nothing, and where the store does not keep up, lists are dropped and counted.
/// </summary>
internal sealed partial class RecommendationRecorder(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServiceMetrics metrics, [FromKeyedServices] IOptions<TesseraOptions> options, TimeProvider time,
    ILogger<RecommendationRecorder> logger) : BackgroundService
{
    private const int MaxWaiting = 10_000, MaxBatch = 500, MaxDropped = 1000; // at a time, for other writes wait meanwhile

    /// <summary>How long a list may wait for others, so that a second's lists are a few transactions, whatever their number.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);

    /// <summary>What others have of the store between two transactions that drop old lists.</summary>
    private static readonly TimeSpan CleanPause = TimeSpan.FromMilliseconds(100);

    private readonly Channel<Recommended> _waiting = Channel.CreateBounded<Recommended>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Records a list, unless too many wait.</summary>
    /// <param name="user">Id of the user; null for none.</param>
    /// <param name="arm">For which it counts.</param>
    public void Record(string? user, string arm, RecommendationResponse list)
    {
        var recommended = new Recommended(list.Id, user, arm, list.Model, [.. list.Items.Select(item => item.Id)], time.GetUtcNow());
        if (!_waiting.Writer.TryWrite(recommended)) metrics.CountDropped(1);
    }

    /// <summary>Ends when what waits is recorded.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _ending.CancelAsync();
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (!_ending.IsCancellationRequested) _ending.Cancel();
        _ending.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(RecordAsync(stoppingToken), CleanAsync(_ending.Token));

    private async Task RecordAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Recommended>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.Count < MaxBatch) await Task.Delay(Gather, time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out Recommended? one)) batch.Add(one);
            try
            {
                Store store = await source.OpenAsync();
                await store.Recommendations.AddAsync(batch, stoppingToken);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                metrics.CountDropped(batch.Count);
                NotRecorded(logger, batch.Count, cause.Message, cause is StorageException ? null : cause);
            }

            batch.Clear();
        }
    }

    /// <summary>Drops lists that are old, at once and then from time to time.</summary>
    private async Task CleanAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            int dropped = 0;
            try
            {
                Store store = await source.OpenAsync();
                dropped = await store.Recommendations.DropAsync(time.GetUtcNow() - options.Value.KeepRecommendations, MaxDropped, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause)
            {
                NotDropped(logger, cause.Message, cause is StorageException ? null : cause);
            }

            await Task.Delay(dropped == MaxDropped ? CleanPause : CleanEvery, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 131, Level = LogLevel.Warning, Message = "{Count} recommendations were not recorded: {Reason}")]
    private static partial void NotRecorded(ILogger logger, int count, string reason, Exception? cause);

    [LoggerMessage(EventId = 132, Level = LogLevel.Warning, Message = "Old recommendations are not dropped, and that is tried again in an hour: {Reason}")]
    private static partial void NotDropped(ILogger logger, string reason, Exception? cause);
}
