using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>The user-item graph: nodes 0..|U|-1 are users, |U|..|U|+|I|-1 items.</summary>
public static class BipartiteGraph
{
    /// <summary>Added to degrees before their power is taken.</summary>
    internal const float DegreeShift = 1e-7f;

    /// <summary>
    /// Symmetrically normalized adjacency without self-loops, <c>Ã = D^{-1/2} A D^{-1/2}</c>, degrees shifted by 1e-7
    /// (He et al., LightGCN, 2020), <c>[(|U|+|I|) x (|U|+|I|)]</c>.
    /// </summary>
    public static CsrMatrix Normalized(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        int users = interactions.Users, nodes = users + interactions.Items, count = interactions.Count;
        CsrMatrix userSide = UserSide(interactions, EdgeWeights(interactions)), itemSide = userSide.Transposed;
        int[] starts = [.. userSide.RowStarts, .. itemSide.RowStarts[1..]];
        int[] columns = [.. userSide.ColumnIndices, .. itemSide.ColumnIndices];
        foreach (ref int start in starts.AsSpan(users + 1)) start += count;
        foreach (ref int column in columns.AsSpan(0, count)) column += users;
        return new CsrMatrix(nodes, nodes, starts, columns, [.. userSide.Values, .. itemSide.Values]);
    }

    /// <summary>
    /// Row-normalized adjacency with self-loops, <c>D^{-1} (A + I)</c>: each node's row is the mean over itself and its neighbors,
    /// <c>[(|U|+|I|) x (|U|+|I|)]</c>.
    /// </summary>
    public static CsrMatrix Averaging(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        CsrMatrix plain = Normalized(interactions);
        var entries = new List<(int Row, int Column, float Value)>(plain.Count + plain.Rows);
        for (int node = 0; node < plain.Rows; node++)
        {
            ReadOnlySpan<int> neighbors = plain.RowColumns(node);
            float share = 1f / (neighbors.Length + 1);
            entries.Add((node, node, share));
            foreach (int neighbor in neighbors) entries.Add((node, neighbor, share));
        }

        return CsrMatrix.FromEntries(plain.Rows, plain.Rows, entries);
    }

    /// <summary>The interactions as a matrix of ones, <c>[|U| x |I|]</c>.</summary>
    public static CsrMatrix UserItems(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        return UserSide(interactions, [.. Enumerable.Repeat(1f, interactions.Count)]);
    }

    /// <summary>The mean over each user's items as a matrix, <c>1 / (deg u + 1e-7)</c> for each interaction, <c>[|U| x |I|]</c>.</summary>
    public static CsrMatrix UserMeans(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        return UserSide(
            interactions,
            [.. interactions.Pairs().Select(pair => (float)(1 / (interactions.ItemsOf(pair.User).Length + (double)DegreeShift)))]);
    }

    /// <summary>
    /// Weight of each edge in the normalized adjacency, <c>1 / √((deg u + 1e-7)(deg i + 1e-7))</c>, in order of the pairs.
    /// </summary>
    public static float[] EdgeWeights(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        int[] itemCounts = interactions.ItemCounts();
        return [.. interactions.Pairs().Select(
            pair => InverseRoot(interactions.ItemsOf(pair.User).Length) * InverseRoot(itemCounts[pair.Item]))];
    }

    /// <summary><c>1 / √(degree + 1e-7)</c>.</summary>
    internal static float InverseRoot(int degree) => (float)(1 / Math.Sqrt(degree + (double)DegreeShift));

    private static CsrMatrix UserSide(Interactions interactions, float[] values) =>
        new(interactions.Users, interactions.Items, interactions.UserStarts.ToArray(), interactions.ItemIndices.ToArray(), values);
}
