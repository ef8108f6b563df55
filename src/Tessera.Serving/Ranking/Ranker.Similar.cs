using System.Numerics.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Ranking;

internal sealed partial class Ranker
{
    /// <inheritdoc/>
    public async Task<SimilarResponse> FindSimilarAsync(SimilarRequest request, CancellationToken cancellationToken = default)
    {
        RequestRules.Require(request);
        cancellationToken.ThrowIfCancellationRequested();
        using GenerationLease lease = generations.Lease(user: null);
        TrainedRun run = lease.Generation.Live.Current;
        int item = run.TryFindItem(request.Item) ?? throw new UnknownItemException(request.Item);
        var rules = new Rules(request.Filter, [], lease.Generation.Attributes);
        using ItemSet allowed = lease.Generation.Visible(run);
        rules.Filter(allowed);
        allowed.Remove(item);
        foreach (string id in request.Exclude)
            if (run.TryFindItem(id) is { } excluded) allowed.Remove(excluded);
        int? chunk = ChunkOf(run, request.By);
        IReadOnlyList<SimilarItem> items = run.HasVectors
            ? await NearestAsync(lease.Generation, run, item, chunk, allowed, request.Count, cancellationToken).ConfigureAwait(false)
            : [.. run.Similar(item, run.ItemCount).Where(other => allowed.Contains(other.Item)).Select(other => new SimilarItem(other.Id, other.Score)).Take(request.Count)];
        return new SimilarResponse(lease.Generation.Name, items) { Notes = rules.Notes };
    }

    private async Task<IReadOnlyList<SimilarItem>> NearestAsync(
        OpenGeneration generation, TrainedRun run, int item, int? chunk, ItemSet allowed, int count, CancellationToken cancellationToken)
    {
        using var search = new Search(run, allowed, count)
        {
            Query = Direction(run, item, chunk),
            Factors = generation.Inverse(run, chunk),
            Cancellation = cancellationToken,
        };
        await queue.Run(search).ConfigureAwait(false);
        return [.. search.Found().Select(found => new SimilarItem(run.ItemId(found.Item), found.Score))];
    }

    /// <summary>An item's vector of length 1, or that of a chunk alone.</summary>
    private static float[] Direction(TrainedRun run, int item, int? chunk)
    {
        float[] vector = run.ItemVectors.Row(item).ToArray();
        GC.KeepAlive(run);
        if (chunk is { } one)
        {
            int width = vector.Length / run.Chunks.Count;
            vector.AsSpan(0, one * width).Clear();
            vector.AsSpan((one + 1) * width).Clear();
        }

        if (TensorPrimitives.Norm<float>(vector) is > 0 and var length) TensorPrimitives.Divide(vector, length, vector);
        return vector;
    }

    /// <summary>The chunk of a modality; null for all.</summary>
    private static int? ChunkOf(TrainedRun run, string by)
    {
        if (by == SimilarRequest.All) return null;
        for (int chunk = 0; chunk < run.Chunks.Count; chunk++)
            if (run.Chunks[chunk] == by) return chunk;
        string known = run.Chunks.Count == 0 ? $"'{SimilarRequest.All}', for its vectors are of all modalities together"
            : $"'{SimilarRequest.All}' or one of {string.Join(", ", run.Chunks)}";
        throw new InvalidInputException($"The model {run.Model} does not tell likeness by {SourceText.Quoted(by)}; expected {known}.");
    }
}
