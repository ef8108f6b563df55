using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Studies.Paper;

/// <summary>
/// Item-based scores from content alone, without any training: having item j adds <c>Σ_m α_m / k</c> to each item that has j among its k nearest training
/// items by modality m, divided by the sum of α_m over the modalities the item has. For items nobody had these are the weights of <see cref="WarmNeighbors"/>.
/// </summary>
internal static class ContentNeighbors
{
    /// <summary>The weights w, <c>[|I| x |I|]</c>: row j is what having j adds to others.</summary>
    /// <param name="neighbors">k, 1 or more.</param>
    public static CsrMatrix Weights(IReadOnlyList<Modality> modalities, Interactions train, int neighbors, NeighborGraphs graphs)
    {
        IReadOnlyDictionary<string, float> weights = ItemGraph.Weights(modalities, given: null);
        bool[] trained = [.. train.ItemCounts().Select(count => count > 0)];
        int[] items = [.. Enumerable.Range(0, train.Items)];
        (float Weight, int[][] Nearest)[] found =
        [
            .. modalities.Select(modality => (
                weights[modality.Name],
                graphs.NearestAmong(modality, items, trained, neighbors + 1).Select((nearest, item) => nearest.Where(other => other != item).Take(neighbors).ToArray()).ToArray())),
        ];
        var entries = new List<(int Row, int Column, float Value)>();
        foreach (int item in items)
        {
            float total = found.Where(one => one.Nearest[item].Length > 0).Sum(one => one.Weight);
            foreach ((float weight, int[][] nearest) in found)
                foreach (int other in nearest[item]) entries.Add((other, item, weight / total / nearest[item].Length));
        }

        return CsrMatrix.FromEntries(train.Items, train.Items, entries);
    }
}
