using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Tests.Graphs;

public sealed class WarmNeighborsTests
{
    [Fact]
    public void Rows_hold_each_modalitys_nearest_warm_items_and_add_up_to_one()
    {
        // By image, item 4 is nearest to 0, then 1; by text to 2, then 3. Item 5, cold too, is nearest of all to it by both. Item 6 has only an image.
        Interactions train = Interactions.FromPairs(1, 7, [(0, 0), (0, 1), (0, 2), (0, 3)]);
        Modality image = new("image", Matrix.From(new float[,] { { 1, 0 }, { 3, 1 }, { 0, 1 }, { -1, 0 }, { 9, 0 }, { 9, 0 }, { 0, 2 } }));
        Modality text = new("text", Matrix.From(new float[,] { { -1, 0 }, { 0, 1 }, { 2, 0 }, { 3, 1 }, { 1, 0 }, { 1, 0 }, { 0, 0 } }));
        using var device = new Device(1);

        var found = WarmNeighbors.Find([image, text], new Dictionary<string, float> { ["image"] = 0.25f, ["text"] = 0.75f }, train, 2, new NeighborGraphs(device));

        Assert.Equal([4, 5, 6], found.Items);
        float[,] expected = { { 0.125f, 0.125f, 0.375f, 0.375f }, { 0.125f, 0.125f, 0.375f, 0.375f }, { 0, 0.5f, 0.5f, 0 } };
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(Enumerable.Range(0, 4).Where(item => expected[row, item] > 0), found.Weights.RowColumns(row).ToArray());
            Assert.Equal(Enumerable.Range(0, 4).Select(item => expected[row, item]).Where(p => p > 0), found.Weights.RowValues(row).ToArray());
        }
    }

    [Fact]
    public void An_item_without_features_has_no_row_and_is_nobodys_neighbor()
    {
        Interactions train = Interactions.FromPairs(1, 5, [(0, 0), (0, 1)]);
        Modality text = Features.Gaussian("text", 5, 3, seed: 1, missing: [0, 3]);
        using var device = new Device(1);

        var found = WarmNeighbors.Find([text], null, train, 10, new NeighborGraphs(device));

        Assert.Equal([2, 4], found.Items);
        Assert.Equal([1, 1], found.Weights.ColumnIndices.ToArray());
        Assert.Equal([1f, 1f], found.Weights.Values.ToArray());
    }

    [Fact]
    public void The_nearest_among_others_are_those_of_a_full_sort_in_double()
    {
        const int items = 90, k = 7;
        Modality image = Features.Gaussian("image", items, 5, seed: 2, missing: [4, 8, 12]);
        bool[] candidates = [.. Enumerable.Range(0, items).Select(item => item % 3 > 0)];
        int[] sought = [.. Enumerable.Range(0, items).Where(item => item % 3 == 0)];
        foreach (int threads in new[] { 1, 3 })
        {
            using var device = new Device(threads);
            int[][] nearest = new NeighborGraphs(device).NearestAmong(image, sought, candidates, k);
            for (int n = 0; n < sought.Length; n++)
            {
                int[] expected = image.Missing[sought[n]] ? []
                    : [.. Enumerable.Range(0, items).Where(item => candidates[item] && !image.Missing[item]).OrderByDescending(item => Features.Cosine(image, sought[n], item)).Take(k)];
                Assert.Equal(expected, nearest[n]);
            }
        }
    }
}
