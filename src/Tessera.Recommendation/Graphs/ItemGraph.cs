using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>The frozen item-item graph of FREEDOM (Zhou and Shen, 2023), which LIRDRec shares.</summary>
public static class ItemGraph
{
    /// <summary>
    /// <c>S = Σ_m α_m D_m^{-1/2} S_m D_m^{-1/2}</c>: S_m holds 1 for each item's k nearest by cosine similarity of modality m
    /// (the item itself among them), D_m its row sums (+1e-7), used on both sides.
    /// </summary>
    /// <param name="modalities">Modalities m, one or more.</param>
    /// <param name="weights">α_m as <see cref="Weights"/> takes them: by name of modality, or null for its choice.</param>
    /// <param name="neighbors">k, 1 or more.</param>
    /// <param name="graphs">Where the nearest neighbors come from.</param>
    /// <returns><c>[|I| x |I|]</c>, at most k entries a row and modality.</returns>
    /// <exception cref="InvalidInputException">The weights do not name just the modalities, are below 0, or do not add up to 1.</exception>
    public static CsrMatrix Frozen(
        IReadOnlyList<Modality> modalities, IReadOnlyDictionary<string, float>? weights, int neighbors, NeighborGraphs graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        ArgumentNullException.ThrowIfNull(modalities);
        ArgumentOutOfRangeException.ThrowIfZero(modalities.Count, nameof(modalities));
        weights = Weights(modalities, weights);
        var entries = new List<(int Row, int Column, float Value)>();
        foreach (Modality modality in modalities)
        {
            float weight = weights[modality.Name];
            if (weight == 0f) continue;
            CsrMatrix nearest = graphs.Nearest(modality, neighbors);
            for (int item = 0; item < nearest.Rows; item++)
            {
                ReadOnlySpan<int> columns = nearest.RowColumns(item);
                float own = BipartiteGraph.InverseRoot(columns.Length);
                foreach (int other in columns)
                {
                    float value = own * BipartiteGraph.InverseRoot(nearest.RowStarts[other + 1] - nearest.RowStarts[other]);
                    entries.Add((item, other, weight * value));
                }
            }
        }

        int count = modalities[0].Features.Rows;
        return CsrMatrix.FromEntries(count, count, entries);
    }

    /// <summary>
    /// <c>α D^{-1/2} S D^{-1/2}</c> of one modality, S holding the cosine similarity of each item to its k nearest (itself among them), D
    /// the row sums, used on both sides (Zhang et al., LATTICE, 2021); 0 where a row sum is not above 0.
    /// </summary>
    /// <param name="neighbors">k, 1 or more.</param>
    /// <param name="graphs">Where the nearest neighbors come from.</param>
    /// <param name="factor">α.</param>
    /// <returns><c>[|I| x |I|]</c>, at most k entries a row.</returns>
    public static CsrMatrix Similarities(Modality modality, int neighbors, NeighborGraphs graphs, float factor)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        CsrMatrix nearest = graphs.Nearest(modality, neighbors);
        var roots = new double[nearest.Rows];
        for (int item = 0; item < roots.Length; item++)
        {
            double sum = 0;
            foreach (float similarity in nearest.RowValues(item)) sum += similarity;
            roots[item] = sum > 0 ? 1 / Math.Sqrt(sum) : 0;
        }

        float[] values = nearest.Values.ToArray();
        for (int item = 0; item < roots.Length; item++)
        {
            for (int e = nearest.RowStarts[item]; e < nearest.RowStarts[item + 1]; e++)
                values[e] = (float)(factor * roots[item] * values[e] * roots[nearest.ColumnIndices[e]]);
        }

        return new CsrMatrix(nearest.Rows, nearest.Columns, nearest.RowStarts.ToArray(), nearest.ColumnIndices.ToArray(), values);
    }

    /// <summary>
    /// The weights α_m: those given, after checks; by default 0.1 for images (the paper's choice for Amazon), the others sharing the
    /// rest equally, or equal weights where no modality is named <c>image</c> or <c>visual</c>, or there is no other.
    /// </summary>
    /// <exception cref="InvalidInputException">The given weights do not name just the modalities, are below 0, or do not add up to 1.</exception>
    public static IReadOnlyDictionary<string, float> Weights(
        IReadOnlyList<Modality> modalities, IReadOnlyDictionary<string, float>? given)
    {
        ArgumentNullException.ThrowIfNull(modalities);
        const float imageWeight = 0.1f;
        if (given is not null)
        {
            string names = string.Join(", ", modalities.Select(m => m.Name));
            if (given.Count != modalities.Count || modalities.Any(m => !given.ContainsKey(m.Name)))
                throw new InvalidInputException($"The item graph weights name {string.Join(", ", given.Keys)}; expected one weight for each of {names}.");
            if (!given.Values.All(weight => weight >= 0) || Math.Abs(given.Values.Sum() - 1f) > 1e-4f)
                throw new InvalidInputException($"The item graph weights of {names} are {string.Join(", ", given.Values)} and add up to {given.Values.Sum()}; expected weights of 0 or more that add up to 1.");
            return given;
        }

        string? image = modalities.Select(m => m.Name).FirstOrDefault(name => name is "image" or "visual");
        bool alike = image is null || modalities.Count == 1;
        return modalities.ToDictionary(
            m => m.Name,
            m => alike ? 1f / modalities.Count : m.Name == image ? imageWeight : (1f - imageWeight) / (modalities.Count - 1));
    }
}
