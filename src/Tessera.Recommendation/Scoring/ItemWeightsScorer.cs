using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Scoring;

/// <summary>Scores are item-based ones, which need no vectors.</summary>
/// <param name="itemsOf">Training items of a user.</param>
/// <param name="chosen">The only items to score; null for all.</param>
internal sealed class ItemWeightsScorer(ItemWeights weights, Func<int, ReadOnlySpan<int>> itemsOf, int[]? chosen = null) : IScorer
{
    /// <inheritdoc/>
    public int Items => chosen?.Length ?? weights.Items;

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Matrix scores, Device device)
    {
        int[] block = users.ToArray();
        ItemWeights.ForRows(block.Length, weights.Items, device, (row, all) =>
        {
            weights.Score(itemsOf(block[row]), all);
            Span<float> target = scores.Row(row);
            for (int place = 0; place < target.Length; place++) target[place] = all[chosen?[place] ?? place];
        });
    }

    /// <inheritdoc/>
    public IScorer Among(int[] items, Device device) => new ItemWeightsScorer(weights, itemsOf, items);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
