using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tessera.Data;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Health;

/// <summary>Whether requests can be answered: the store is there, a model is served, and it knows what users did lately.</summary>
internal sealed class ReadyCheck(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServedGenerations served, [FromKeyedServices] GenerationKeeper keeper,
    [FromKeyedServices] LogProgress progress, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await StoreFaultAsync(cancellationToken) is { } fault) return HealthCheckResult.Unhealthy(fault);
        if (served.Current is null) return HealthCheckResult.Unhealthy(keeper.Refusal ?? "No model is served.");
        TimeSpan behind = progress.BehindFor;
        if (behind > MostBehind)
        {
            return HealthCheckResult.Unhealthy(
                $"The model has been behind the log for {behind.TotalSeconds:F0} s, by {progress.Behind:N0} entries when it was last looked.");
        }

        return keeper.Refusal is { } refusal ? HealthCheckResult.Degraded(refusal) : HealthCheckResult.Healthy();
    }

    /// <summary>Why the store cannot be read, a sentence; null where it can.</summary>
    private async Task<string?> StoreFaultAsync(CancellationToken cancel)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            Store store = await source.OpenAsync();
            await Task.Run(() => store.CheckAsync(waiting.Token), waiting.Token).WaitAsync(Patience, time, cancel); // a disk may hang for longer than any token
            return null;
        }
        catch (TimeoutException)
        {
            await waiting.CancelAsync();
            return $"The store has not answered for {Patience.TotalSeconds:F0} s; see whether its disk or server is at work.";
        }
        catch (Exception cause) when (cause is StorageException or InvalidInputException)
        {
            return cause.Message;
        }
    }
}
