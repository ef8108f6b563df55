using System.Buffers;
using System.Collections.ObjectModel;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Runs;

public sealed partial class TrainedRun
{
    /// <summary>How much each chunk (modality) counts for a user, adding up to 1; empty where the model does not say, and of users added since training.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such user.</exception>
    public IReadOnlyDictionary<string, float> ChunkWeights(int user)
    {
        RequireBelow(UserCount, user);
        return new OrderedDictionary<string, float>(
            user < _known.Users ? _vectors?.Chunks.Zip(_vectors.ChunkWeights(user).ToArray(), KeyValuePair.Create) ?? [] : []);
    }

    /// <summary>
    /// The items with the highest scores for a user, without those the user has already; for a user with nothing in training those with most
    /// interactions in training, whose <see cref="RankedItem.Reason"/> says so.
    /// </summary>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer are left.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such user, or the count is below 1.</exception>
    public IReadOnlyList<RankedItem> Recommend(int user, int count)
    {
        RequireBelow(UserCount, user);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var device = new Device(threads: 1); // without threads; one a call, so that calls may run side by side
        return Describe(Rank([user], count, ItemSelection.All, device).Single());
    }

    /// <summary>A ranking with names, titles and shares.</summary>
    internal IReadOnlyList<RankedItem> Describe(UserRanking ranking)
    {
        double factor = 0;
        BehaviorResidual? behavior = ranking.IsPopular ? null : Residual;
        float[]? residual = behavior is null ? null : ArrayPool<float>.Shared.Rent(ItemCount);
        if (behavior is not null)
        {
            factor = behavior.Standardized(ranking.User, residual);
            residual.AsSpan(behavior.Items..).Clear();
        }

        IReadOnlyList<RankedItem> items =
        [
            .. ranking.Items.Zip(ranking.Scores, (item, score) => ranking.IsPopular
                ? Item(item, score, ReadOnlyDictionary<string, float>.Empty, RankedItem.Popular)
                : Item(item, score, Shares(ranking.User, item, _behavior?.Weight * residual?[item]), reason: null) with
                {
                    Because = Because(ranking.User, item, behavior?.Contributions(ranking.User, item, factor * _behavior!.Weight) ?? []),
                }),
        ];
        if (residual is not null) ArrayPool<float>.Shared.Return(residual);
        return items;
    }

    /// <summary>
    /// The items whose vectors have the highest cosine similarity with an item's, itself left out; of an item-based model those to whose scores
    /// having the item adds most.
    /// </summary>
    /// <param name="count">How many, 1 or more; of an item-based model there may be fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item, or the count is below 1.</exception>
    /// <exception cref="InvalidInputException">The run's model knows nothing of how items go together.</exception>
    public IReadOnlyList<RankedItem> Similar(int item, int count)
    {
        RequireBelow(ItemCount, item);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (_vectors is null)
        {
            if (_behavior!.IsEmpty)
                throw new InvalidInputException($"The run's model, {Model}, knows nothing of which items go together; expected another model's run.");
            return [.. _behavior.Weights.Strongest(item).Where(other => Additions.Shows(other.Item)).Take(count).Select(other => Item(other.Item, other.Weight, ReadOnlyDictionary<string, float>.Empty, reason: null))];
        }

        return Nearest(ItemVectors.Row(item), ItemVectors, other => other == item || !Additions.Shows(other), count);
    }

    /// <summary>
    /// The items whose features have the highest cosine similarity with a vector of the same <see cref="Modality.Space"/>, such as that of a text; those
    /// without features are left out.
    /// </summary>
    /// <param name="modality">Features of the run's items, in their order, which the run need not have been trained on.</param>
    /// <param name="vector">As many numbers as the modality has dimensions.</param>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer have features.</param>
    /// <exception cref="InvalidInputException">Run, modality and vector do not go together, or the vector is zero or not finite.</exception>
    public IReadOnlyList<RankedItem> Similar(Modality modality, ReadOnlySpan<float> vector, int count)
    {
        ArgumentNullException.ThrowIfNull(modality);
        if (modality.Features.Rows != TrainedItems)
            throw new InvalidInputException(
                $"Modality '{modality.Name}' has features of {modality.Features.Rows:N0} items, and the run has {TrainedItems:N0}; expected the features of the run's items.");
        if (vector.Length != modality.Dimensions)
            throw new InvalidInputException(
                $"The vector has {vector.Length:N0} numbers, and modality '{modality.Name}' {modality.Dimensions:N0} dimensions; expected a vector of the modality's model, or of its other half.");
        if (TensorPrimitives.Norm(vector) is var norm && (norm == 0 || !float.IsFinite(norm)))
            throw new InvalidInputException($"The vector {(norm == 0 ? "is zero" : "is not finite")}, so no item is nearer to it than others; expected one of another text or model.");
        return Nearest(vector, modality.Features, item => modality.Missing[item] || !Additions.Shows(item), count);
    }

    private static void RequireBelow(int count, int index, [CallerArgumentExpression(nameof(index))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count, name);
    }

    private IReadOnlyList<RankedItem> Nearest(ReadOnlySpan<float> query, Matrix vectors, Func<int, bool> isLeftOut, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var scores = new Matrix(1, vectors.Rows);
        for (int item = 0; item < vectors.Rows; item++)
            scores[0, item] = isLeftOut(item) ? float.NegativeInfinity : TensorPrimitives.CosineSimilarity(query, vectors.Row(item));
        var items = new int[Math.Min(count, scores.Columns)];
        var best = new float[items.Length];
        using var device = new Device(threads: 1);
        device.TopK(scores, columnScales: null, maskStarts: [], maskColumns: [], items, best);
        return [.. items.Zip(best).Where(pair => pair.First >= 0).Select(pair => Item(pair.First, pair.Second, ReadOnlyDictionary<string, float>.Empty, reason: null))];
    }

    private RankedItem Item(int item, float score, IReadOnlyDictionary<string, float> shares, string? reason) => new(item, ItemId(item), score, shares)
    {
        Title = TitleOf(item),
        Reason = reason,
    };

    /// <param name="behavior">What the behavior of others adds to the score; null for nothing.</param>
    private OrderedDictionary<string, float> Shares(int user, int item, float? behavior)
    {
        var shares = new OrderedDictionary<string, float>();
        if (_vectors is null || _vectors.Chunks.Count == 0) return shares;
        ReadOnlySpan<float> ofUser = UserVector(user), ofItem = ItemVectors.Row(item);
        foreach ((int chunk, string name) in _vectors.Chunks.Index())
        {
            int width = ofItem.Length / _vectors.Chunks.Count;
            Range columns = (chunk * width)..((chunk + 1) * width);
            shares.Add(name, TensorPrimitives.Dot(ofUser[columns], ofItem[columns]));
        }

        if (behavior is { } part) shares.Add(TrainingRun.BehaviorShare, part);

        return shares;
    }
}
