using FsCheck;
using FsCheck.Fluent;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Tensors;

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
    [InlineData(new[] { 1, 1 }, new[] { 0 })]
    [InlineData(new[] { 0, 1, 1 }, new[] { 0 })]
    [InlineData(new[] { 0, 2 }, new[] { 2, 1 })]
    [InlineData(new[] { 0, 1 }, new[] { -1 })]
    public void Invalid_arrays_are_refused(int[] starts, int[] columns)
    {
        Assert.Throws<ArgumentException>(() => new CsrMatrix(1, 4, starts, columns, new float[columns.Length]));
    }

    [Theory]
    [InlineData(0, 5, 2)]
    [InlineData(0, -1, 2)]
    [InlineData(0, 3, 2)]
    public void Row_starts_that_leave_the_entries_are_refused(int first, int second, int third) =>
        Assert.Throws<ArgumentException>(() => new CsrMatrix(2, 4, [first, second, third], [0, 1], new float[2]));

    [Fact]
    public void A_different_number_of_columns_and_values_is_refused() =>
        Assert.Throws<ArgumentException>(() => new CsrMatrix(1, 4, [0, 2], [1], new float[2]));

    [Theory]
    [InlineData(3, 0)]
    [InlineData(100, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 4)]
    [InlineData(0, -1)]
    public void An_entry_outside_is_refused(int row, int column) =>
        Assert.ThrowsAny<ArgumentException>(() => CsrMatrix.FromEntries(3, 4, [(0, 0, 1f), (row, column, 1f)]));

    [Fact]
    public void Negative_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CsrMatrix.FromEntries(-1, 4, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => CsrMatrix.FromEntries(-2, 4, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => CsrMatrix.FromEntries(3, -1, []));
    }

    [Fact]
    public void Rows_give_their_own_columns_and_values()
    {
        CsrMatrix matrix = CsrMatrix.FromEntries(3, 4, [(2, 1, 1f), (0, 3, 2f), (0, 0, 3f)]);

        Assert.Equal([0, 3], matrix.RowColumns(0).ToArray());
        Assert.Equal([3f, 2f], matrix.RowValues(0).ToArray());
        Assert.Empty(matrix.RowColumns(1).ToArray());
        Assert.Equal(3, matrix.Count);
    }

    [Fact]
    public void Any_entries_in_any_order_make_the_matrix_they_add_up_to()
    {
        Prop.ForAll(Arb.From(Entries), entries =>
        {
            CsrMatrix matrix = CsrMatrix.FromEntries(6, 9, entries);
            var dense = new double[6, 9];
            foreach ((int row, int column, float value) in entries) dense[row, column] += value;
            return Dense.Of(matrix).Cast<double>().SequenceEqual(dense.Cast<double>())
                && matrix.Count == entries.Select(e => (e.Row, e.Column)).Distinct().Count();
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Transposing_any_matrix_turns_it_and_turning_it_twice_restores_it()
    {
        Prop.ForAll(Arb.From(Entries), entries =>
        {
            CsrMatrix matrix = CsrMatrix.FromEntries(6, 9, entries), turned = matrix.Transposed;
            var copy = new CsrMatrix(9, 6, turned.RowStarts.ToArray(), turned.ColumnIndices.ToArray(), turned.Values.ToArray());
            CsrMatrix again = copy.Transposed;
            return Dense.Of(turned).Cast<double>().SequenceEqual(Dense.Of(matrix).Transposed().Cast<double>())
                && again.RowStarts.SequenceEqual(matrix.RowStarts)
                && again.ColumnIndices.SequenceEqual(matrix.ColumnIndices)
                && again.Values.SequenceEqual(matrix.Values);
        }).QuickCheckThrowOnFailure();
    }

    // Whole values, so that sums are exact in any order.
    private static Gen<(int Row, int Column, float Value)[]> Entries =>
        Gen.Choose(0, 5).SelectMany(row => Gen.Choose(0, 8).SelectMany(
            column => Gen.Choose(-9, 9).Select(value => (row, column, (float)value)))).ArrayOf();
}
