using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Tests.Graphs;

public sealed class ItemGraphTests : IDisposable
{
    private readonly Device _device = new(1);

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(25)]
    [InlineData(40)]
    public void The_frozen_graph_is_that_of_a_dense_double_twin(int k)
    {
        Modality[] modalities =
        [
            Features.Gaussian("image", 25, 7, 1, 3, 24), Features.Gaussian("text", 25, 12, 2), Features.Gaussian("audio", 25, 3, 3, 0, 3, 7),
        ];
        var weights = new Dictionary<string, float> { ["image"] = 0.2f, ["text"] = 0.5f, ["audio"] = 0.3f };

        CsrMatrix graph = ItemGraph.Frozen(modalities, weights, k, new NeighborGraphs(_device));

        double[,] expected = Twin(modalities, weights, k);
        for (int row = 0; row < 25; row++)
        {
            var actual = new double[25];
            for (int e = 0; e < graph.RowColumns(row).Length; e++) actual[graph.RowColumns(row)[e]] = graph.RowValues(row)[e];
            for (int column = 0; column < 25; column++) Assert.Equal(expected[row, column], actual[column], 1e-6);
        }
    }

    [Fact]
    public void Every_entry_of_one_complete_modality_is_one_over_k()
    {
        Modality modality = Features.Gaussian("image", 30, 6, 5);

        CsrMatrix graph = ItemGraph.Frozen([modality], ItemGraph.Weights([modality], null), 10, new NeighborGraphs(_device));

        Assert.Equal(300, graph.Count);
        foreach (float value in graph.Values) Assert.Equal(0.1f, value, 1e-7f);
    }

    [Fact]
    public void A_modality_of_weight_zero_leaves_no_entries()
    {
        Modality[] modalities = [Features.Gaussian("image", 12, 4, 1), Features.Gaussian("text", 12, 4, 2)];
        var graphs = new NeighborGraphs(_device);

        CsrMatrix both = ItemGraph.Frozen(modalities, new Dictionary<string, float> { ["image"] = 0f, ["text"] = 1f }, 3, graphs);

        Assert.Equal(graphs.Nearest(modalities[1], 3).ColumnIndices.ToArray(), both.ColumnIndices.ToArray());
    }

    [Theory]
    [InlineData(new[] { "image", "text" }, new[] { 0.1f, 0.9f })]
    [InlineData(new[] { "textual", "visual", "audio" }, new[] { 0.45f, 0.1f, 0.45f })]
    [InlineData(new[] { "text", "audio" }, new[] { 0.5f, 0.5f })]
    [InlineData(new[] { "image" }, new[] { 1f })]
    public void Without_given_weights_images_count_a_tenth(string[] names, float[] expected)
    {
        Modality[] modalities = [.. names.Select(name => Features.Gaussian(name, 3, 2, 1))];

        IReadOnlyDictionary<string, float> weights = ItemGraph.Weights(modalities, null);

        for (int m = 0; m < names.Length; m++) Assert.Equal(expected[m], weights[names[m]], 1e-6f);
    }

    [Fact]
    public void Given_weights_must_name_the_modalities_and_add_up_to_one()
    {
        Modality[] modalities = [Features.Gaussian("image", 3, 2, 1), Features.Gaussian("text", 3, 2, 1)];

        var unknown = Assert.Throws<InvalidInputException>(() => Weights(("image", 0.5f), ("sound", 0.5f)));
        Assert.Contains("sound", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("image, text", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => Weights(("image", 1f)));
        Assert.Contains("1.2", Assert.Throws<InvalidInputException>(() => Weights(("image", 0.6f), ("text", 0.6f))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => Weights(("image", -1f), ("text", 2f)));
        Assert.Throws<InvalidInputException>(() => Weights(("image", float.NaN), ("text", 1f)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemGraph.Frozen([], null, 3, new NeighborGraphs(_device)));
        Assert.Equal(0.4f, Weights(("image", 0.4f), ("text", 0.6f))["image"]);

        IReadOnlyDictionary<string, float> Weights(params (string Name, float Weight)[] given) =>
            ItemGraph.Weights(modalities, given.ToDictionary(w => w.Name, w => w.Weight));
    }

    private static double[,] Twin(Modality[] modalities, Dictionary<string, float> weights, int k)
    {
        int items = modalities[0].Features.Rows;
        var sum = new double[items, items];
        foreach (Modality modality in modalities)
        {
            var kept = new double[items, items];
            for (int item = 0; item < items; item++)
                foreach (int other in Nearest(modality, item, k)) kept[item, other] = 1;
            double[] degrees = [.. Enumerable.Range(0, items).Select(r => 1e-7 + Enumerable.Range(0, items).Sum(c => kept[r, c]))];
            for (int r = 0; r < items; r++)
                for (int c = 0; c < items; c++) sum[r, c] += weights[modality.Name] * kept[r, c] / Math.Sqrt(degrees[r] * degrees[c]);
        }

        return sum;
    }

    private static IEnumerable<int> Nearest(Modality modality, int item, int k) =>
        modality.Missing[item]
            ? [item]
            : Enumerable.Range(0, modality.Features.Rows)
                .Where(other => !modality.Missing[other])
                .OrderByDescending(other => Features.Cosine(modality, item, other))
                .Take(k);
}
