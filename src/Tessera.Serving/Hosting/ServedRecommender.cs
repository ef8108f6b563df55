using Microsoft.Extensions.DependencyInjection;
using Tessera.Data;
using Tessera.Serving.Experiments;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Ranking;
using Tessera.Serving.Stores;
using Tessera.Serving.Telemetry;

namespace Tessera.Serving.Hosting;

/// <summary>The recommender as hosts have it: it waits for what a request wants to be known, and what it hands out is measured and recorded.</summary>
internal sealed class ServedRecommender(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServedGenerations served, [FromKeyedServices] SearchQueue queue,
    [FromKeyedServices] LogProgress progress, [FromKeyedServices] RecommendationRecorder recorder, [FromKeyedServices] ServiceMetrics metrics) : IRecommender
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private volatile Ranker? _ranker;

    /// <inheritdoc/>
    public Task<RecommendationResponse> RecommendAsync(RecommendationRequest request, CancellationToken cancellationToken = default) =>
        metrics.MeasureAsync(request?.Model is null ? ServiceMetrics.Recommend : "look", async () =>
        {
            ArgumentNullException.ThrowIfNull(request);
            string? note = await WaitAsync(request.MinPosition, cancellationToken).ConfigureAwait(false);
            Ranker ranker = await RankerAsync().ConfigureAwait(false);
            return HandOut(request, await ranker.RecommendAsync(request, cancellationToken).ConfigureAwait(false), note);
        });

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchEntry>> RecommendBatchAsync(IReadOnlyList<RecommendationRequest> requests, CancellationToken cancellationToken = default) =>
        metrics.MeasureAsync<IReadOnlyList<BatchEntry>>("recommend batch", async () =>
        {
            ArgumentNullException.ThrowIfNull(requests);
            RequireBounded(requests);
            string? note = await WaitAsync(requests.Select(request => request.MinPosition).DefaultIfEmpty().Max(), cancellationToken).ConfigureAwait(false);
            Ranker ranker = await RankerAsync().ConfigureAwait(false);
            IReadOnlyList<BatchEntry> entries = await ranker.RecommendBatchAsync(requests, cancellationToken).ConfigureAwait(false);
            return [.. requests.Zip(entries, (request, entry) => entry.Response is { } list
                ? entry with { Response = HandOut(request, list, request.MinPosition > progress.Position ? note : null) } : entry)];
        });

    /// <inheritdoc/>
    public Task<SimilarResponse> FindSimilarAsync(SimilarRequest request, CancellationToken cancellationToken = default) => metrics.MeasureAsync(
        "similar", async () => await (await RankerAsync().ConfigureAwait(false)).FindSimilarAsync(request, cancellationToken).ConfigureAwait(false));

    /// <summary>Refuses what would keep a processor busy for many seconds.</summary>
    private static void RequireBounded(IReadOnlyList<RecommendationRequest> requests)
    {
        long items = requests.Sum(request => (long)Math.Clamp(request.Count, 0, RecommendationRequest.MaxCount));
        if (items > RecommendationRequest.MaxBatchItems)
        {
            throw new InvalidInputException(
                $"The {requests.Count:N0} requests ask for {items:N0} items in all; expected at most {RecommendationRequest.MaxBatchItems:N0}, "
                + "so send them in parts or with a smaller 'count'.");
        }
    }

    /// <summary>Records and counts a list, unless it is but a look at a model.</summary>
    private RecommendationResponse HandOut(RecommendationRequest request, RecommendationResponse list, string? note)
    {
        if (list.Arm is { } arm && list.Items.Count > 0)
        {
            recorder.Record(request.User, arm, list);
            metrics.CountList(arm, isFallback: list.Items.All(item => item.Reason is RecommendedItem.Popular or RecommendedItem.New));
        }

        return note is null ? list : list with { Notes = [.. list.Notes, note] };
    }

    /// <returns>A note, where the models are not as far as that.</returns>
    private async Task<string?> WaitAsync(long position, CancellationToken cancel) =>
        await progress.WaitAsync(position, Patience, cancel).ConfigureAwait(false) ? null
            : $"The answer knows the log up to position {progress.Position}, not up to {position} yet; ask again if that matters.";

    /// <summary>The ranker, whose pages are sealed by a secret of the store, so that all processes on it take each other's.</summary>
    private async ValueTask<Ranker> RankerAsync() =>
        _ranker ??= new Ranker(served, queue, Convert.FromHexString((await source.OpenAsync().ConfigureAwait(false)).HashOf("continuations")));
}
