using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Scoring;

/// <summary>
/// Cosines of the sets of users that items have, the k largest of each item: <c>w_ji = |U_i ∩ U_j| / (√(|U_i| |U_j|) + h)</c>.
/// </summary>
internal static class ItemKnnWeights
{
    public const int Neighbors = 100;
    public const float Shrinkage = 0;

    /// <param name="neighbors">k.</param>
    /// <param name="shrinkage">h, which lessens what few users say.</param>
    public static CsrMatrix Of(Interactions train, int neighbors, float shrinkage, Device device, CancellationToken cancellationToken)
    {
        var common = new CoOccurrences(train);
        return ItemWeights.StrongestOf(train.Items, neighbors, Fill, device, cancellationToken);

        void Fill(int item, Span<float> row)
        {
            common.Row(item, row);
            row[item] = 0;
            double own = common.Counts[item];
            for (int other = 0; other < row.Length; other++)
                if (row[other] > 0) row[other] = (float)(row[other] / (Math.Sqrt(own * common.Counts[other]) + shrinkage));
        }
    }
}
