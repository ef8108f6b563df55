using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Scoring;

/// <summary>
/// Item-based scores s on one scale for all users: <c>z_ui = (s_ui - μ_u) / σ_u</c>, mean and standard deviation being those of the scores of all items
/// that have interactions in training and that the user has not. An item without interactions has z = 0, the mean; so has every item where σ = 0.
/// </summary>
/// <param name="weights">What s comes from.</param>
/// <param name="counts">Training interactions of each item, <c>[|I|]</c>.</param>
/// <param name="itemsOf">Training items of a user.</param>
internal sealed class BehaviorResidual(ItemWeights weights, int[] counts, Func<int, ReadOnlySpan<int>> itemsOf)
{
    /// <summary>The λ to choose from on validation.</summary>
    public static IReadOnlyList<float> Weights { get; } = [0, 0.005f, 0.01f, 0.02f, 0.05f, 0.1f, 0.2f, 0.4f, 0.6f, 0.8f, 1];

    /// <summary>Number of items |I|.</summary>
    public int Items => counts.Length;

    /// <summary>The residual by the weights of an item-based model.</summary>
    public static BehaviorResidual Of(CsrMatrix weights, Interactions train) => new(new ItemWeights(weights), train.ItemCounts(), train.ItemsOf);

    /// <summary>What an item-based model with its default settings has each item add to others.</summary>
    public static CsrMatrix WeightsOf(Behavior behavior, Interactions train, Device device, CancellationToken cancellationToken) => behavior == Behavior.Ease
        ? EaseWeights.Of(train, EaseWeights.Regularization, EaseWeights.Neighbors, device, cancellationToken)
        : ItemKnnWeights.Of(train, ItemKnnWeights.Neighbors, ItemKnnWeights.Shrinkage, device, cancellationToken);

    /// <summary>z of a user.</summary>
    /// <param name="scores">Receives <c>[|I|]</c>.</param>
    /// <returns>1 / σ_u; 0 where σ_u = 0.</returns>
    public double Standardized(int user, Span<float> scores)
    {
        ReadOnlySpan<int> had = itemsOf(user);
        weights.Score(had, scores);
        double sum = 0, squares = 0;
        int others = 0, next = 0;
        for (int item = 0; item < counts.Length; item++)
        {
            bool has = next < had.Length && had[next] == item;
            if (has) next++;
            if (has || counts[item] == 0) continue;
            others++;
            sum += scores[item];
            squares += (double)scores[item] * scores[item];
        }

        double mean = others == 0 ? 0 : sum / others, variance = others == 0 ? 0 : Math.Max(0, (squares / others) - (mean * mean));
        double factor = variance > 0 ? 1 / Math.Sqrt(variance) : 0;
        for (int item = 0; item < counts.Length; item++)
            scores[item] = counts[item] == 0 ? 0 : (float)((scores[item] - mean) * factor);
        return factor;
    }

    /// <summary>What each of a user's items adds to z of one item, <c>w_ji / σ_u</c>; b and μ are nobody's.</summary>
    /// <param name="factor">1 / σ_u, as <see cref="Standardized"/> gives it.</param>
    public IEnumerable<(int Item, float Part)> Contributions(int user, int item, double factor) => item >= counts.Length || counts[item] == 0 ? []
        : weights.Contributions(itemsOf(user), item).Select(part => (part.Item, (float)(part.Part * factor)));
}
