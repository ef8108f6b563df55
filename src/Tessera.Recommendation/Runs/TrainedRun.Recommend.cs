using System.Collections.ObjectModel;
using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Runs;

public sealed partial class TrainedRun
{
    /// <summary>How much each chunk (modality) counts for a user, adding up to 1; empty where the model does not say.</summary>
    public IReadOnlyDictionary<string, float> ChunkWeights(int user) =>
        new OrderedDictionary<string, float>(
            Embeddings.Chunks.Zip(Embeddings.ChunkWeights?.Row(user).ToArray() ?? [], KeyValuePair.Create));

    /// <summary>
    /// The items with the highest scores for a user, without those the user has already; for a user with nothing in training those with most
    /// interactions in training, whose <see cref="RankedItem.Reason"/> says so.
    /// </summary>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer are left.</param>
    public IReadOnlyList<RankedItem> Recommend(int user, int count)
    {
        using var device = new Device(threads: 1); // without threads; one a call, so that calls may run side by side
        return Describe(Rank([user], count, ItemSelection.All, device).Single());
    }

    /// <summary>A ranking with names, titles and shares.</summary>
    internal IReadOnlyList<RankedItem> Describe(UserRanking ranking)
    {
        return [.. ranking.Items.Zip(ranking.Scores, (item, score) => ranking.IsPopular
            ? Item(item, score, ReadOnlyDictionary<string, float>.Empty, RankedItem.Popular)
            : Item(item, score, Shares(ranking.User, item), reason: null))];
    }

    /// <summary>The items whose vectors have the highest cosine similarity with an item's, itself left out.</summary>
    /// <param name="count">How many, 1 or more.</param>
    public IReadOnlyList<RankedItem> Similar(int item, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ReadOnlySpan<float> query = Embeddings.Items.Row(item);
        using var scores = new Matrix(1, Embeddings.Items.Rows);
        for (int other = 0; other < scores.Columns; other++)
            scores[0, other] = TensorPrimitives.CosineSimilarity(query, Embeddings.Items.Row(other));
        scores[0, item] = float.NegativeInfinity;
        var items = new int[Math.Min(count, scores.Columns)];
        var best = new float[items.Length];
        using var device = new Device(threads: 1);
        device.TopK(scores, columnScales: null, maskStarts: [], maskColumns: [], items, best);
        return [.. items.Zip(best).Where(pair => pair.First >= 0).Select(pair => Item(pair.First, pair.Second, ReadOnlyDictionary<string, float>.Empty, reason: null))];
    }

    private RankedItem Item(int item, float score, IReadOnlyDictionary<string, float> shares, string? reason) => new(item, ItemName(item), score, shares)
    {
        Title = ItemTitles?[item] is { Length: > 0 } title ? title : null,
        Reason = reason,
    };

    private OrderedDictionary<string, float> Shares(int user, int item)
    {
        var shares = new OrderedDictionary<string, float>();
        foreach ((int chunk, string name) in Embeddings.Chunks.Index())
        {
            int width = Embeddings.Items.Columns / Embeddings.Chunks.Count;
            Range columns = (chunk * width)..((chunk + 1) * width);
            shares.Add(name, TensorPrimitives.Dot<float>(Embeddings.Users.Row(user)[columns], Embeddings.Items.Row(item)[columns]));
        }

        return shares;
    }
}
