using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Scoring;

/// <summary>A model's scores and what other users' behavior adds: <c>ŷ_ui + λ z_ui</c>.</summary>
internal sealed class ResidualScorer(IScorer model, BehaviorResidual residual, float weight, int[]? chosen = null) : IScorer
{
    /// <inheritdoc/>
    public int Items => model.Items;

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Matrix scores, Device device)
    {
        model.Score(users, scores, device);
        int[] block = users.ToArray();
        ItemWeights.ForRows(block.Length, residual.Items, device, (row, all) =>
        {
            residual.Standardized(block[row], all);
            Span<float> target = scores.Row(row);
            for (int place = 0; place < target.Length; place++)
                if ((chosen?[place] ?? place) is var item && item < all.Length) target[place] += weight * all[item]; // an item that came later has 0
        });
    }

    /// <inheritdoc/>
    public IScorer Among(int[] items, Device device) => new ResidualScorer(model.Among(items, device), residual, weight, items);

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
