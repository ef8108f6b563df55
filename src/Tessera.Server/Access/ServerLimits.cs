using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tessera.Server.Http;

namespace Tessera.Server.Access;

/// <summary>How much of the server one key may take, and all of them together.</summary>
internal sealed class ServerLimits : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5); // of a request with an image
    private readonly PartitionedRateLimiter<string> _byKey;
    private readonly ConcurrencyLimiter _together;
    private readonly SemaphoreSlim _images = new(Environment.ProcessorCount); // each in memory whole, some 50 MB with what reading it takes

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

    /// <summary>
    /// Answers a request that brings an image when few others are at it, for images are in memory whole, and small requests may unpack to large ones. Who has
    /// waited long is to ask again, so that slow uploads do not keep all others.
    /// </summary>
    public async ValueTask<object?> OneOfFewAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate answer)
    {
        if (!await _images.WaitAsync(Patience, context.HttpContext.RequestAborted)) return Problems.TooMany(context.HttpContext);
        try
        {
            return await answer(context);
        }
        finally
        {
            _images.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images.Dispose();
        _byKey.Dispose();
        _together.Dispose();
    }
}
