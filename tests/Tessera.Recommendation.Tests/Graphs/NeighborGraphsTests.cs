using System.Diagnostics;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Tests.Graphs;

public sealed class NeighborGraphsTests : IDisposable
{
    private readonly Device _device = new(2);
    private readonly TemporaryDirectory _folder = new();

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    // A block has 2048 rows: one block to the brim, a second of a single row, a second of some.
    [Theory]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(2100)]
    public void The_nearest_are_found_across_blocks(int items)
    {
        const int k = 5;
        Modality modality = Features.Gaussian("image", items, 6, 3);

        CsrMatrix graph = new NeighborGraphs(_device).Nearest(modality, k);

        foreach (int item in new[] { 0, 1, 1023, 2047, items - 2, items - 1 })
        {
            double[] similarities = [.. Enumerable.Range(0, items).Select(other => Features.Cosine(modality, item, other))];
            int[] found = graph.RowColumns(item).ToArray();
            double worst = found.Min(other => similarities[other]);
            Assert.Equal(k, found.Length);
            Assert.Contains(item, found);
            Assert.All(Enumerable.Range(0, items).Except(found), other => Assert.True(similarities[other] <= worst + 1e-6));
            for (int n = 0; n < k; n++) Assert.Equal(similarities[found[n]], graph.RowValues(item)[n], 1e-5);
        }
    }

    [Fact]
    public void Products_in_pieces_change_no_bit()
    {
        Modality modality = Features.Gaussian("image", 2700, 67, 3, missing: [4, 39]);
        CsrMatrix whole = new NeighborGraphs(_device) { MaxProduct = long.MaxValue }.Nearest(modality, 7);
        CsrMatrix pieces = new NeighborGraphs(_device) { MaxProduct = 1 }.Nearest(modality, 7);
        Assert.Equal(whole.RowStarts.ToArray(), pieces.RowStarts.ToArray());
        Assert.Equal(whole.ColumnIndices.ToArray(), pieces.ColumnIndices.ToArray());
        Assert.Equal(whole.Values.ToArray(), pieces.Values.ToArray());
    }

    /// <summary>Half a minute's work on two cores that ends soon after it is canceled.</summary>
    [Fact]
    public void A_search_among_many_items_stops_when_canceled()
    {
        using var features = new Matrix(70_000, 512);
        for (int e = 0; e < features.Length; e++) features.Span[e] = (e % 97) - 48;
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        var graphs = new NeighborGraphs(_device, cancellationToken: source.Token);
        long start = Stopwatch.GetTimestamp();
        Assert.Throws<OperationCanceledException>(() => graphs.Nearest(features, new bool[features.Rows], 10));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.3, 5);
    }

    [Fact]
    public void Features_that_change_have_the_same_neighbors_without_being_remembered()
    {
        Modality modality = Features.Gaussian("image", 40, 6, 3, missing: [4, 39]);
        var graphs = new NeighborGraphs(_device, _folder.Path);

        CsrMatrix graph = graphs.Nearest(modality.Features, modality.Missing, 5);

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        CsrMatrix remembered = graphs.Nearest(modality, 5);
        Assert.Equal(remembered.RowStarts.ToArray(), graph.RowStarts.ToArray());
        Assert.Equal(remembered.ColumnIndices.ToArray(), graph.ColumnIndices.ToArray());
        Assert.Equal(remembered.Values.ToArray(), graph.Values.ToArray());
    }

    [Fact]
    public void An_item_without_features_has_itself_alone_and_is_nobodys_neighbor()
    {
        Modality modality = Features.Gaussian("image", 9, 4, 1, 2, 5);

        CsrMatrix graph = new NeighborGraphs(_device).Nearest(modality, 9);

        Assert.Equal([2], graph.RowColumns(2).ToArray());
        Assert.Equal([5], graph.RowColumns(5).ToArray());
        foreach (int item in new[] { 0, 1, 3, 4, 6, 7, 8 }) Assert.Equal([0, 1, 3, 4, 6, 7, 8], graph.RowColumns(item).ToArray());
        Assert.Equal(1f, graph.RowValues(2)[0]);
    }

    [Fact]
    public void What_features_have_become_of_a_missing_item_does_not_matter()
    {
        Modality modality = Features.Gaussian("image", 9, 4, 1);
        var missing = new bool[9];
        missing[4] = true;

        CsrMatrix graph = new NeighborGraphs(_device).Nearest(modality.Features, missing, 9);

        Assert.Equal([4], graph.RowColumns(4).ToArray());
        foreach (int item in new[] { 0, 1, 2, 3, 5, 6, 7, 8 }) Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8], graph.RowColumns(item).ToArray());
    }

    [Fact]
    public void A_graph_that_no_memory_holds_is_refused()
    {
        string message = Assert.Throws<InvalidInputException>(
            () => new NeighborGraphs(_device).Nearest(new Modality("image", new Matrix(20_000, 1)), 20_000)).Message;

        Assert.Equal(
            "20,000 neighbors of 20,000 items are 400,000,000 edges; expected at most 268,435,456, so set neighbors to 13,421 or less.", message);
    }

    [Fact]
    public void Items_all_without_features_have_themselves_alone()
    {
        CsrMatrix graph = new NeighborGraphs(_device).Nearest(new Modality("image", new Matrix(4, 3)), 2);

        Assert.Equal([0, 1, 2, 3], graph.ColumnIndices.ToArray());
    }

    [Fact]
    public void Of_equally_near_items_the_first_are_taken_but_an_item_is_always_its_own()
    {
        var features = new Matrix(6, 2);
        for (int item = 0; item < 6; item++) features[item, 0] = 1f + item; // all in one direction

        CsrMatrix graph = new NeighborGraphs(_device).Nearest(new Modality("image", features), 2);

        Assert.Equal([0, 1], graph.RowColumns(0).ToArray());
        for (int item = 1; item < 6; item++) Assert.Equal([0, item], graph.RowColumns(item).ToArray());
        foreach (float similarity in graph.Values) Assert.Equal(1f, similarity, 1e-6f);
    }

    [Fact]
    public void A_second_call_reads_what_the_first_one_stored()
    {
        Modality modality = Features.Gaussian("image", 40, 5, 1, 7);
        CsrMatrix computed = Nearest(modality, 4);
        string file = Assert.Single(Directory.GetFiles(_folder.Path));
        var stamp = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(file, stamp);

        CsrMatrix read = Nearest(modality, 4);

        AssertSame(computed, read);
        Assert.Equal(stamp, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void The_name_of_a_modality_does_not_matter_but_content_shape_and_k_do()
    {
        Modality modality = Features.Gaussian("image", 12, 4, 1);
        Nearest(modality, 3);
        Nearest(new Modality("another", modality.Features), 3);
        Assert.Single(Directory.GetFiles(_folder.Path));

        Nearest(modality, 4);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
        modality.Features[11, 3] += 1f;
        modality = new Modality("image", modality.Features);
        Nearest(modality, 3);
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
        Nearest(Reshaped(modality, 16, 3), 3);
        Assert.Equal(4, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_damaged_file_is_computed_and_stored_again()
    {
        Modality modality = Features.Gaussian("image", 30, 5, 1);
        CsrMatrix expected = Nearest(modality, 4);
        string file = Assert.Single(Directory.GetFiles(_folder.Path));
        byte[] whole = File.ReadAllBytes(file);
        byte[][] damages = [[], whole[..7], whole[..(whole.Length / 2)], whole[..^1], [.. whole, 0], new byte[whole.Length], .. FlippedBits(whole)];

        foreach (byte[] damaged in damages)
        {
            File.WriteAllBytes(file, damaged);
            AssertSame(expected, Nearest(modality, 4));
            Assert.Equal(whole, File.ReadAllBytes(file));
        }
    }

    private static IEnumerable<byte[]> FlippedBits(byte[] whole)
    {
        int data = 8 + BitConverter.ToInt32(whole);
        for (int position = data; position < whole.Length; position += 151)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            yield return damaged;
        }
    }

    private static Modality Reshaped(Modality modality, int items, int dimensions)
    {
        var features = new Matrix(items, dimensions);
        modality.Features.Span.CopyTo(features.Span);
        return new Modality(modality.Name, features);
    }

    private CsrMatrix Nearest(Modality modality, int k) => new NeighborGraphs(_device, _folder.Path).Nearest(modality, k);

    private static void AssertSame(CsrMatrix expected, CsrMatrix actual)
    {
        Assert.Equal(expected.RowStarts.ToArray(), actual.RowStarts.ToArray());
        Assert.Equal(expected.ColumnIndices.ToArray(), actual.ColumnIndices.ToArray());
        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray());
    }
}
