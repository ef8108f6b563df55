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
    private const int MaxWaiting = 10_000, MaxBatch = 500;

    /// <summary>How long a list may wait for others, so that a second's lists are a few transactions, whatever their number.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);
    private readonly Channel<Recommended> _waiting = Channel.CreateBounded<Recommended>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _cleaned = DateTimeOffset.MinValue;

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
        _ending.TrySetResult();
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Recommended>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.Count < MaxBatch) await Task.WhenAny(Task.Delay(Gather, time, stoppingToken), _ending.Task).ConfigureAwait(false);
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out Recommended? one)) batch.Add(one);
            try
            {
                Store store = await source.OpenAsync();
                await store.Recommendations.AddAsync(batch, stoppingToken);
                await CleanAsync(store, stoppingToken);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                metrics.CountDropped(batch.Count);
                NotRecorded(logger, batch.Count, cause.Message, cause is StorageException ? null : cause);
            }

            batch.Clear();
        }
    }

    private async Task CleanAsync(Store store, CancellationToken cancel)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - _cleaned < CleanEvery) return;
        await store.Recommendations.DropAsync(now - options.Value.KeepRecommendations, cancel);
        _cleaned = now;
    }

    [LoggerMessage(EventId = 131, Level = LogLevel.Warning, Message = "{Count} recommendations were not recorded: {Reason}")]
    private static partial void NotRecorded(ILogger logger, int count, string reason, Exception? cause);
}
