using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Tests.Graphs;

public sealed class BipartiteGraphTests
{
    [Theory]
    [InlineData(1, 1, 1.0)]
    [InlineData(7, 5, 0.3)]
    [InlineData(5, 9, 0.6)]
    [InlineData(4, 3, 0.0)]
    public void The_normalized_adjacency_is_that_of_a_dense_double_twin(int users, int items, double density)
    {
        Interactions interactions = Draw(users, items, density);

        CsrMatrix graph = BipartiteGraph.Normalized(interactions);

        Assert.Equal((users + items, users + items, 2 * interactions.Count), (graph.Rows, graph.Columns, graph.Count));
        double[,] expected = Twin(interactions), actual = Dense(graph);
        for (int r = 0; r < graph.Rows; r++)
            for (int c = 0; c < graph.Columns; c++) Assert.Equal(expected[r, c], actual[r, c], 1e-6);
    }

    [Fact]
    public void Isolated_users_and_items_have_empty_rows()
    {
        Interactions interactions = Interactions.FromPairs(3, 3, [(0, 2), (2, 2)]);

        CsrMatrix graph = BipartiteGraph.Normalized(interactions);

        Assert.Equal([1, 0, 1, 0, 0, 2], Enumerable.Range(0, 6).Select(node => graph.RowColumns(node).Length));
        Assert.Equal([0, 2], graph.RowColumns(5).ToArray());
    }

    [Fact]
    public void Degrees_are_shifted_before_the_root_is_taken()
    {
        Interactions interactions = Interactions.FromPairs(1, 4, [(0, 0), (0, 1), (0, 2), (0, 3)]);

        float[] weights = BipartiteGraph.EdgeWeights(interactions);

        double expected = 1 / Math.Sqrt((4 + 1e-7) * (1 + 1e-7));
        Assert.All(weights, weight => Assert.Equal(expected, weight, 6e-8));
    }

    [Fact]
    public void The_adjacency_is_symmetric_to_the_bit()
    {
        CsrMatrix graph = BipartiteGraph.Normalized(Draw(20, 30, 0.2));

        Assert.Equal(graph.RowStarts.ToArray(), graph.Transposed.RowStarts.ToArray());
        Assert.Equal(graph.ColumnIndices.ToArray(), graph.Transposed.ColumnIndices.ToArray());
        Assert.Equal(graph.Values.ToArray(), graph.Transposed.Values.ToArray());
    }

    [Fact]
    public void In_the_averaging_graph_a_row_is_the_mean_over_a_node_and_its_neighbors()
    {
        Interactions interactions = Draw(6, 8, 0.3);

        CsrMatrix graph = BipartiteGraph.Averaging(interactions);

        CsrMatrix neighbors = BipartiteGraph.Normalized(interactions);
        for (int node = 0; node < graph.Rows; node++)
        {
            int[] expected = [.. neighbors.RowColumns(node).ToArray().Append(node).Order()];
            Assert.Equal(expected, graph.RowColumns(node).ToArray());
            Assert.All(graph.RowValues(node).ToArray(), value => Assert.Equal(1f / expected.Length, value));
        }
    }

    [Fact]
    public void Interactions_are_a_matrix_of_ones_or_of_means()
    {
        Interactions interactions = Interactions.FromPairs(3, 4, [(0, 1), (2, 0), (2, 3)]);

        CsrMatrix ones = BipartiteGraph.UserItems(interactions), means = BipartiteGraph.UserMeans(interactions);

        Assert.Equal((3, 4), (ones.Rows, ones.Columns));
        Assert.Equal([1, 0, 3], ones.ColumnIndices.ToArray());
        Assert.Equal([1f, 1f, 1f], ones.Values.ToArray());
        Assert.Equal([1, 0, 3], means.ColumnIndices.ToArray());
        Assert.Equal(1f, means.Values[0], 1e-6f);
        Assert.Equal(0.5f, means.Values[2], 1e-6f);
    }

    private static Interactions Draw(int users, int items, double density)
    {
        var rng = new Rng(11);
        var pairs = from user in Enumerable.Range(0, users) from item in Enumerable.Range(0, items) select (user, item);
        return Interactions.FromPairs(users, items, pairs.Where(_ => rng.NextDouble() < density).ToArray());
    }

    private static double[,] Twin(Interactions interactions)
    {
        int users = interactions.Users, nodes = users + interactions.Items;
        var adjacency = new double[nodes, nodes];
        foreach ((int user, int item) in interactions.Pairs()) adjacency[user, users + item] = adjacency[users + item, user] = 1;
        double[] roots = [.. Enumerable.Range(0, nodes).Select(r => Math.Sqrt(1e-7 + Enumerable.Range(0, nodes).Sum(c => adjacency[r, c])))];
        for (int r = 0; r < nodes; r++)
            for (int c = 0; c < nodes; c++) adjacency[r, c] /= roots[r] * roots[c];
        return adjacency;
    }

    private static double[,] Dense(CsrMatrix matrix)
    {
        var dense = new double[matrix.Rows, matrix.Columns];
        for (int r = 0; r < matrix.Rows; r++)
            for (int e = 0; e < matrix.RowColumns(r).Length; e++) dense[r, matrix.RowColumns(r)[e]] += matrix.RowValues(r)[e];
        return dense;
    }
}
