using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Tessera.Server.Access;

/// <summary>How much of the server one key may take, and all of them together.</summary>
internal sealed class ServerLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string> _byKey;
    private readonly ConcurrencyLimiter _together;

    public ServerLimits(IOptions<TesseraServerOptions> options)
    {
        TesseraServerOptions limits = options.Value;
        _byKey = PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = limits.RequestsPerSecond,
            TokensPerPeriod = limits.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));
        _together = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = limits.ConcurrentRequests,
            QueueLimit = limits.ConcurrentRequests,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Lets a request of a key pass when there is room; the result says whether it may, and is to be disposed of when it is answered.</summary>
    /// <param name="key">Id of the key.</param>
    public async ValueTask<RateLimitLease> EnterAsync(string key, CancellationToken cancel)
    {
        RateLimitLease own = _byKey.AttemptAcquire(key);
        return own.IsAcquired ? await _together.AcquireAsync(1, cancel) : own;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _byKey.Dispose();
        _together.Dispose();
    }
}
