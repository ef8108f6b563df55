using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests;

public sealed class CsrMatrixTests
{
    [Fact]
    public void Entries_are_sorted_and_repeated_coordinates_added()
    {
        CsrMatrix matrix = CsrMatrix.FromEntries(3, 4, [(2, 1, 1f), (0, 3, 2f), (0, 0, 3f), (2, 1, 4f)]);

        Assert.Equal([0, 2, 2, 3], matrix.RowStarts.ToArray());
        Assert.Equal([0, 3, 1], matrix.ColumnIndices.ToArray());
        Assert.Equal([3f, 2f, 5f], matrix.Values.ToArray());
    }

    [Fact]
    public void Transposing_moves_every_entry_and_is_cached_both_ways()
    {
        CsrMatrix matrix = CsrMatrix.FromEntries(3, 4, [(2, 1, 1f), (0, 3, 2f), (0, 0, 3f)]);

        CsrMatrix transposed = matrix.Transposed;

        Assert.Equal((4, 3), (transposed.Rows, transposed.Columns));
        Assert.Equal([0, 2, 0], transposed.ColumnIndices.ToArray());
        Assert.Equal([3f, 1f, 2f], transposed.Values.ToArray());
        Assert.Same(transposed, matrix.Transposed);
        Assert.Same(matrix, transposed.Transposed);
    }

    [Theory]
    [InlineData(new[] { 0, 1 }, new[] { 4 })]
    [InlineData(new[] { 0, 2 }, new[] { 1, 1 })]
    [InlineData(new[] { 0, 3 }, new[] { 0 })]
    public void Invalid_arrays_are_refused(int[] starts, int[] columns)
    {
        Assert.Throws<ArgumentException>(() => new CsrMatrix(1, 4, starts, columns, new float[columns.Length]));
    }
}
