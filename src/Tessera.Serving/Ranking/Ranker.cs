using Tessera.Data;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Ranking;

/// <summary>From a request to a list, over the generations that are served.</summary>
/// <param name="generations">What is served.</param>
/// <param name="queue">Runs the searches.</param>
/// <param name="key">What <see cref="RecommendationResponse.Next"/> is sealed with, 32 bytes; processes that answer for each other share it.</param>
internal sealed partial class Ranker(ServedGenerations generations, SearchQueue queue, byte[] key) : IRecommender
{
    private const int AtOnce = 2 * SearchQueue.MaxBatch;
    private readonly ContinuationCodec _continuations = new(key);

    /// <inheritdoc/>
    public async Task<RecommendationResponse> RecommendAsync(RecommendationRequest request, CancellationToken cancellationToken = default)
    {
        RequestRules.Require(request);
        cancellationToken.ThrowIfCancellationRequested();
        Continuation? before = request.Next is { } next ? _continuations.Decode(next) : null;
        bool isLook = request.Model is not null || before?.IsLook == true;
        using GenerationLease lease = request.Model is { } chosen ? generations.LeaseChosen(chosen) : generations.Lease(request.User, before?.Generation, isLook);
        using var page = new Page(lease.Generation, request, (before ?? new Continuation(lease.Generation.Name, [])) with { IsLook = isLook });
        if (page.Count > 0) await page.FindAsync(queue, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RecommendedItem> items = page.Items();
        return new RecommendationResponse(Guid.CreateVersion7().ToString("N"), lease.Generation.Name, lease.Arm, items)
        {
            Next = page.HasMore ? _continuations.Encode(page.Shown) : null,
            Notes = page.Notes,
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BatchEntry>> RecommendBatchAsync(IReadOnlyList<RecommendationRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count is 0 or > RecommendationRequest.MaxBatch)
            throw new InvalidInputException($"There are {requests.Count:N0} requests; expected 1 to {RecommendationRequest.MaxBatch:N0} at once.");
        var entries = new List<BatchEntry>(requests.Count);
        foreach (RecommendationRequest[] some in requests.Chunk(AtOnce))
            entries.AddRange(await Task.WhenAll(some.Select(request => EntryAsync(request, cancellationToken))).ConfigureAwait(false));
        return entries;
    }

    private async Task<BatchEntry> EntryAsync(RecommendationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return new BatchEntry(await RecommendAsync(request, cancellationToken).ConfigureAwait(false), null);
        }
        catch (InvalidInputException refusal)
        {
            return new BatchEntry(null, refusal.Message);
        }
    }
}
