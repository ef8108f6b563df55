using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Retraining;

/// <summary>
/// Trains the next generation in the background: when somebody asks, every so often if the settings say so, and where an earlier training was interrupted. Of
/// all processes on a store one trains, whichever takes the requests up first.
/// </summary>
internal sealed partial class Retrainer(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] GenerationMaker maker, [FromKeyedServices] IOptions<TesseraOptions> options, TimeProvider time,
    ILogger<Retrainer> logger) : BackgroundService
{
    /// <summary>The kind of its jobs.</summary>
    public const string Kind = "train";

    /// <summary>How often it looks whether another process was asked.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly Bell _asked = new();

    /// <summary>Asks for a training. All that wait when one begins are done by it.</summary>
    /// <param name="idempotencyKey">What the request is known by; one with the same gets the same job. Null for none.</param>
    /// <returns>The job, whose result is a JSON object: see <see cref="GenerationMaker.MakeAsync"/>.</returns>
    /// <exception cref="InvalidInputException">The key cannot be used.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    public async Task<Job> RequestAsync(string? idempotencyKey = null, CancellationToken cancel = default)
    {
        Job job = (await (await source.OpenAsync()).Jobs.AddAsync(Kind, idempotencyKey, cancel)).Job;
        _asked.Ring();
        return job;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task asked = _asked.Next;
            try
            {
                await LookAsync(await source.OpenAsync(), stoppingToken);
            }
            catch (Exception cause) when (!stoppingToken.IsCancellationRequested)
            {
                LookFailed(logger, cause.Message, cause is StorageException ? null : cause);
            }
            catch (Exception)
            {
                return; // whatever fails while the host ends
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(asked, Task.Delay(LookEvery, time, waiting.Token));
            await waiting.CancelAsync();
        }
    }

    private async Task LookAsync(Store store, CancellationToken stopping)
    {
        if ((await store.Jobs.OpenAsync(Kind, stopping)).Count == 0 && !maker.HasUnfinished(store) && !await IsDueAsync(store, stopping)) return;
        await using TrainerLock? held = await store.TryLockTrainingAsync(stopping);
        if (held is null) return;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, held.Lost);
        IReadOnlyList<Job> open = await store.Jobs.OpenAsync(Kind, ending.Token);
        string[] waiting = [.. open.Where(job => job.State == JobState.Waiting).Select(job => job.Id)];
        string[] lost = [.. open.Where(job => job.State == JobState.Running).Select(job => job.Id)]; // nobody trains but who holds the lock
        if (waiting.Length == 0 && (lost.Length > 0 || maker.HasUnfinished(store) || await IsDueAsync(store, ending.Token)))
            waiting = [(await store.Jobs.AddAsync(Kind, cancel: ending.Token)).Job.Id];
        foreach (string job in lost)
            await store.Jobs.FailAsync(job, $"The process that trained ended before it was done; job {waiting[0]} goes on with it, or begins anew.", ending.Token);
        if (waiting.Length > 0) await TrainAsync(store, waiting, ending.Token, stopping);
    }

    private async Task TrainAsync(Store store, string[] jobs, CancellationToken ending, CancellationToken stopping)
    {
        try
        {
            await ReportAsync(0);
            JsonObject result = await maker.MakeAsync(store, ReportAsync, ending);
            foreach (string job in jobs) await store.Jobs.SucceedAsync(job, result.ToJsonString(), CancellationToken.None);
            Trained(logger, (string)result["note"]!);
        }
        catch (Exception cause)
        {
            string reason = !ending.IsCancellationRequested ? cause.Message
                : stopping.IsCancellationRequested ? "The service was stopped before the training was done; its next start goes on with it."
                : "The store's lock was lost, so that another process may train; whoever has it goes on, or begins anew.";
            Failed(logger, reason, ending.IsCancellationRequested || cause is InvalidInputException or StorageException ? null : cause);
            foreach (string job in jobs) await store.Jobs.FailAsync(job, reason, CancellationToken.None);
        }

        async Task ReportAsync(double done)
        {
            try
            {
                foreach (string job in jobs) await store.Jobs.ReportAsync(job, done, ending);
            }
            catch (StorageException)
            {
                // The training does not end for that; the next report may get through.
            }
        }
    }

    /// <summary>Whether the settings ask for a training now: neither was one begun nor a generation added for so long.</summary>
    private async Task<bool> IsDueAsync(Store store, CancellationToken cancel)
    {
        if (options.Value.RetrainEvery is not { } every || every == TimeSpan.Zero) return false;
        IReadOnlyList<StoredGeneration> generations = await store.Generations.ListAsync(cancel);
        if (generations.All(one => one.State != GenerationState.Champion)) return false;
        DateTimeOffset last = generations.Max(one => one.Created);
        if (await store.Jobs.LatestAsync(Kind, cancel) is { } job && job.Created > last) last = job.Created;
        return time.GetUtcNow() - last >= every;
    }

    [LoggerMessage(EventId = 141, Level = LogLevel.Information, Message = "A training is done. {Note}")]
    private static partial void Trained(ILogger logger, string note);

    [LoggerMessage(EventId = 142, Level = LogLevel.Error, Message = "A training failed: {Reason}")]
    private static partial void Failed(ILogger logger, string reason, Exception? cause);

    [LoggerMessage(EventId = 143, Level = LogLevel.Error, Message = "Whether to train could not be found out, and is tried again: {Reason}")]
    private static partial void LookFailed(ILogger logger, string reason, Exception? cause);
}
