using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Health;

/// <summary>Whether requests can be answered: a model is served, and it knows what users did lately.</summary>
internal sealed class ReadyCheck(
    [FromKeyedServices] ServedGenerations served, [FromKeyedServices] GenerationKeeper keeper, [FromKeyedServices] LogProgress progress) : IHealthCheck
{
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (served.Current is null) return Task.FromResult(HealthCheckResult.Unhealthy(keeper.Refusal ?? "No model is served."));
        TimeSpan behind = progress.BehindFor;
        if (behind > MostBehind)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy(
                $"The model has been behind the log for {behind.TotalSeconds:F0} s, by {progress.Behind:N0} entries when it was last looked."));
        }

        return Task.FromResult(keeper.Refusal is { } refusal ? HealthCheckResult.Degraded(refusal) : HealthCheckResult.Healthy());
    }
}
