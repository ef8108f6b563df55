using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

public sealed partial class NeighborGraphs
{
    /// <summary>
    /// For some items the k nearest of others, by cosine similarity of a modality's features; of equally near ones the first are taken. Items
    /// without features, or with a row of zeros, are nobody's neighbors and have none.
    /// </summary>
    /// <param name="items">The items whose neighbors are sought.</param>
    /// <param name="candidates">Which items may be neighbors, <c>[|I|]</c>; none of <paramref name="items"/>.</param>
    /// <param name="neighbors">k, 1 or more.</param>
    /// <returns>Each item's neighbors, nearest first.</returns>
    internal int[][] NearestAmong(Modality modality, ReadOnlySpan<int> items, IReadOnlyList<bool> candidates, int neighbors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        Matrix features = modality.Features;
        int k = Math.Min(neighbors, features.Rows), blockRows = Math.Clamp(MaxBlock / Math.Max(1, features.Rows), 1, MaxRows);
        int width = (int)Math.Clamp(MaxProduct / Math.Max(1L, (long)blockRows * features.Columns), MinColumns, Math.Max(MinColumns, features.Rows));
        using Matrix ownNorms = InverseNorms(features, modality.Missing), candidateNorms = ownNorms.Clone();
        for (int item = 0; item < features.Rows; item++)
            if (!candidates[item]) candidateNorms.Span[item] = float.NaN; // which no selection takes
        var nearest = new int[items.Length][];
        for (int first = 0; first < items.Length; first += blockRows)
        {
            ReadOnlySpan<int> block = items.Slice(first, Math.Min(blockRows, items.Length - first));
            using Matrix queries = new(block.Length, features.Columns), scores = new(block.Length, features.Rows);
            _device.GatherRows(features, block, queries);
            Multiply(queries, features, scores, width);
            var indices = new int[block.Length * k];
            _device.TopK(scores, candidateNorms, [], [], indices, new float[indices.Length]);
            for (int row = 0; row < block.Length; row++)
                nearest[first + row] = float.IsNaN(ownNorms.Span[block[row]]) ? [] : [.. indices.AsSpan(row * k, k).ToArray().TakeWhile(item => item >= 0)];
        }

        return nearest;
    }
}
