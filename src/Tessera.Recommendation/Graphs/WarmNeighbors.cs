using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>
/// The items with a training interaction that are nearest to each item without one, by content: <c>p_ij = Σ_m α_m / k</c> over the modalities m by
/// which j is among the k nearest of i, divided by the sum of α_m over the modalities that i has, so that a row adds up to 1.
/// </summary>
/// <param name="Items">The items i, ascending: those without a training interaction that have features to go by.</param>
/// <param name="Weights">p, <c>[n x |I|]</c>, a row for each of them.</param>
internal sealed record WarmNeighbors(int[] Items, CsrMatrix Weights)
{
    /// <summary>Finds the neighbors.</summary>
    /// <param name="modalities">Modalities m.</param>
    /// <param name="weights">α_m as <see cref="ItemGraph.Weights"/> takes them.</param>
    /// <param name="train">Training interactions.</param>
    /// <param name="neighbors">k, 1 or more; where fewer items have features, as many as there are.</param>
    /// <exception cref="InvalidInputException">The weights do not name just the modalities or do not add up to 1.</exception>
    public static WarmNeighbors Find(
        IReadOnlyList<Modality> modalities, IReadOnlyDictionary<string, float>? weights, Interactions train, int neighbors, NeighborGraphs graphs)
    {
        weights = ItemGraph.Weights(modalities, weights);
        bool[] warm = [.. train.ItemCounts().Select(count => count > 0)];
        int[] cold = [.. Enumerable.Range(0, train.Items).Where(item => !warm[item])];
        (float Weight, int[][] Nearest)[] found =
            [.. modalities.Where(modality => weights[modality.Name] > 0).Select(modality => (weights[modality.Name], graphs.NearestAmong(modality, cold, warm, neighbors)))];
        int[] rows = [.. Enumerable.Range(0, cold.Length).Where(row => found.Any(one => one.Nearest[row].Length > 0))];
        var entries = new List<(int Row, int Column, float Value)>();
        for (int n = 0; n < rows.Length; n++)
        {
            foreach ((int item, float share) in SharesOf([.. found.Select(one => (one.Weight, one.Nearest[rows[n]]))])) entries.Add((n, item, share));
        }

        return new WarmNeighbors([.. rows.Select(row => cold[row])], CsrMatrix.FromEntries(rows.Length, train.Items, entries));
    }

    /// <summary>p of one item: for each modality by which it has neighbors their equal shares. Who is near by several modalities has one by each.</summary>
    /// <param name="nearest">α_m and the nearest items by m; none where the item lacks m.</param>
    public static IEnumerable<(int Item, float Share)> SharesOf(IReadOnlyList<(float Weight, int[] Items)> nearest)
    {
        float total = nearest.Where(one => one.Items.Length > 0).Sum(one => one.Weight);
        return from one in nearest where one.Weight > 0 from item in one.Items select (item, one.Weight / total / one.Items.Length);
    }
}
