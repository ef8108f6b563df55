using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Runs;

public sealed partial class TrainedRun
{
    /// <summary>How much each chunk (modality) counts for a user, adding up to 1; empty where the model does not say.</summary>
    public IReadOnlyDictionary<string, float> ChunkWeights(int user) =>
        new OrderedDictionary<string, float>(
            Embeddings.Chunks.Zip(Embeddings.ChunkWeights?.Row(user).ToArray() ?? [], KeyValuePair.Create));

    /// <summary>The items with the highest scores for a user, without those the user has already.</summary>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer are left.</param>
    public IReadOnlyList<RankedItem> Recommend(int user, int count)
    {
        ReadOnlySpan<float> query = Embeddings.Users.Row(user);
        using var scores = new Matrix(1, Embeddings.Items.Rows);
        for (int item = 0; item < scores.Columns; item++) scores[0, item] = TensorPrimitives.Dot(query, Embeddings.Items.Row(item));
        foreach (Interactions split in new[] { _known.Train, _known.Validation, _known.Test })
            foreach (int item in split.ItemsOf(user)) scores[0, item] = float.NegativeInfinity;
        return Best(scores, count, item => Shares(user, item));
    }

    /// <summary>The items whose vectors have the highest cosine similarity with an item's, itself left out.</summary>
    /// <param name="count">How many, 1 or more.</param>
    public IReadOnlyList<RankedItem> Similar(int item, int count)
    {
        ReadOnlySpan<float> query = Embeddings.Items.Row(item);
        using var scores = new Matrix(1, Embeddings.Items.Rows);
        for (int other = 0; other < scores.Columns; other++)
            scores[0, other] = TensorPrimitives.CosineSimilarity(query, Embeddings.Items.Row(other));
        scores[0, item] = float.NegativeInfinity;
        var none = new Dictionary<string, float>();
        return Best(scores, count, _ => none);
    }

    /// <summary>The items with the highest scores <c>[1 x |I|]</c>, as the evaluator ranks them; -∞ and NaN are left out.</summary>
    private List<RankedItem> Best(Matrix scores, int count, Func<int, IReadOnlyDictionary<string, float>> shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var items = new int[Math.Min(count, scores.Columns)];
        var best = new float[items.Length];
        using var device = new Device(threads: 1); // without threads; one a call, so that calls may run side by side
        device.TopK(scores, columnScales: null, maskStarts: [], maskColumns: [], items, best);
        return [.. items.Zip(best).Where(pair => pair.First >= 0)
            .Select(pair => new RankedItem(pair.First, _known.ItemName(pair.First), pair.Second, shares(pair.First)))];
    }

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
