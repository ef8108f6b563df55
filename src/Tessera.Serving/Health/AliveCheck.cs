using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tessera.Serving.Following;

namespace Tessera.Serving.Health;

/// <summary>Whether the process works as it should, so that another start would be of no use.</summary>
internal sealed class AliveCheck([FromKeyedServices] LogFollower follower) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        follower.ExecuteTask is { IsCompleted: true } ? HealthCheckResult.Unhealthy("The log is not followed any more.") : HealthCheckResult.Healthy());
}
