using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>The user-item graph: nodes 0..|U|-1 are users, |U|..|U|+|I|-1 items.</summary>
public static class BipartiteGraph
{
    /// <summary>Added to degrees before their power is taken.</summary>
    public const float DegreeShift = 1e-7f;

    /// <summary>
    /// Symmetrically normalized adjacency without self-loops, <c>Ã = D^{-1/2} A D^{-1/2}</c>, degrees shifted by 1e-7
    /// (He et al., LightGCN, 2020), <c>[(|U|+|I|) x (|U|+|I|)]</c>.
    /// </summary>
    public static CsrMatrix Normalized(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        return FromEdges(interactions, EdgeWeights(interactions));
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
        var ones = new float[interactions.Count];
        Array.Fill(ones, 1f);
        return UserSide(interactions, ones);
    }

    /// <summary>The mean over each user's items as a matrix, <c>1 / (deg u + 1e-7)</c> for each interaction, <c>[|U| x |I|]</c>.</summary>
    public static CsrMatrix UserMeans(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        var values = new float[interactions.Count];
        for (int user = 0; user < interactions.Users; user++)
        {
            int count = interactions.ItemsOf(user).Length;
            values.AsSpan(interactions.UserStarts[user], count).Fill((float)(1 / (count + (double)DegreeShift)));
        }

        return UserSide(interactions, values);
    }

    /// <summary>
    /// Weight of each edge in the normalized adjacency, <c>1 / √((deg u + 1e-7)(deg i + 1e-7))</c>, in order of the pairs.
    /// </summary>
    public static float[] EdgeWeights(Interactions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        int[] itemCounts = interactions.ItemCounts();
        var weights = new float[interactions.Count];
        for (int user = 0; user < interactions.Users; user++)
        {
            int first = interactions.UserStarts[user];
            ReadOnlySpan<int> items = interactions.ItemsOf(user);
            float own = InverseRoot(items.Length);
            for (int e = 0; e < items.Length; e++) weights[first + e] = own * InverseRoot(itemCounts[items[e]]);
        }

        return weights;
    }

    private static float InverseRoot(int degree) => (float)(1 / Math.Sqrt(degree + (double)DegreeShift));

    private static CsrMatrix UserSide(Interactions interactions, float[] values) =>
        new(interactions.Users, interactions.Items, interactions.UserStarts.ToArray(), interactions.ItemIndices.ToArray(), values);

    private static CsrMatrix FromEdges(Interactions interactions, float[] weights)
    {
        int users = interactions.Users, nodes = users + interactions.Items, count = interactions.Count;
        CsrMatrix userSide = UserSide(interactions, weights);
        CsrMatrix itemSide = userSide.Transposed;

        var starts = new int[nodes + 1];
        var columns = new int[2 * count];
        var values = new float[2 * count];
        for (int user = 0; user <= users; user++) starts[user] = userSide.RowStarts[user];
        for (int item = 0; item <= interactions.Items; item++) starts[users + item] = count + itemSide.RowStarts[item];
        for (int e = 0; e < count; e++)
        {
            columns[e] = users + userSide.ColumnIndices[e];
            values[e] = userSide.Values[e];
            columns[count + e] = itemSide.ColumnIndices[e];
            values[count + e] = itemSide.Values[e];
        }

        return new CsrMatrix(nodes, nodes, starts, columns, values);
    }
}
