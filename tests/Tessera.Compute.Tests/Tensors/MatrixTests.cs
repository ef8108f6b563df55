using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Tensors;

public sealed unsafe class MatrixTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 7)]
    [InlineData(7, 0)]
    [InlineData(1, 1)]
    [InlineData(33, 17)]
    [InlineData(1025, 1031)] // large enough for huge pages
    public void A_new_matrix_is_zero_and_aligned(int rows, int columns)
    {
        using (Matrix used = new(rows, columns)) used.Span.Fill(1f); // whose memory may come again
        using var matrix = new Matrix(rows, columns);

        Assert.Equal((rows, columns, rows * columns), (matrix.Rows, matrix.Columns, matrix.Length));
        Assert.Equal(rows * columns, matrix.Span.Length);
        Assert.Equal(-1, matrix.Span.IndexOfAnyExcept(0f));
        Assert.Equal(0, (nint)matrix.Data % 64);
    }

    [Fact]
    public void Rows_are_views_of_the_matrix()
    {
        using var matrix = Matrix.From(new[,] { { 1f, 2f, 3f }, { 4f, 5f, 6f } });

        Assert.Equal([4f, 5f, 6f], matrix.Row(1).ToArray());
        matrix.Row(1)[2] = 7f;
        Assert.Equal(7f, matrix[1, 2]);
        matrix[0, 1] = 8f;
        Assert.Equal([1f, 8f, 3f, 4f, 5f, 7f], matrix.Span.ToArray());
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(2, 0)]
    [InlineData(int.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 3)]
    public void An_element_outside_is_refused(int row, int column)
    {
        using var matrix = new Matrix(2, 3);
        Assert.ThrowsAny<SystemException>(() => matrix[row, column]);
        if (column == 0) Assert.Throws<ArgumentOutOfRangeException>(() => { matrix.Row(row); });
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, -1)]
    public void Negative_sizes_are_refused(int rows, int columns) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Matrix(rows, columns));

    [Theory]
    [InlineData(65536, 32768)] // 2^31, one element too many
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Too_many_elements_are_refused_with_their_number(int rows, int columns) => Assert.Equal(
        $"a matrix of {rows:N0} x {columns:N0} numbers was needed, and the largest has 2,147,483,647",
        Assert.Throws<InsufficientMemoryException>(() => new Matrix(rows, columns)).Message);

    [Fact]
    public void More_memory_than_there_is_is_refused_before_it_is_used()
    {
        InsufficientMemoryException error = Assert.Throws<InsufficientMemoryException>(() => NativeBlock.Allocate(1L << 45));
        Assert.Matches(@"^140,737\.5 GB were needed at once, beside \d+\.\d GB in use$", error.Message);
    }

    [Fact]
    public void A_disposed_matrix_refuses_access_and_may_be_disposed_again()
    {
        var matrix = new Matrix(2, 3);
        matrix.Dispose();
        matrix.Dispose();

        Assert.Throws<ObjectDisposedException>(() => matrix[0, 0]);
        Assert.Throws<ObjectDisposedException>(() => { _ = matrix.Span.Length; });
        Assert.Throws<ObjectDisposedException>(() => matrix.Clone());
        using var other = new Matrix(2, 3);
        Assert.Throws<ObjectDisposedException>(() => other.CopyFrom(matrix));
    }

    [Fact]
    public void A_clone_has_the_same_elements_and_its_own_memory()
    {
        using Matrix matrix = Noise.Matrix(5, 7, 1), clone = matrix.Clone();
        Agreement.SameBits(matrix, clone);
        clone[0, 0] = 9f;
        Assert.NotEqual(9f, matrix[0, 0]);
    }

    [Fact]
    public void Copying_takes_all_elements_of_a_matrix_of_the_same_shape_only()
    {
        using Matrix source = Noise.Matrix(5, 7, 1), target = new(5, 7), turned = new(7, 5);
        target.CopyFrom(source);
        Agreement.SameBits(source, target);
        Assert.Throws<ArgumentException>(() => turned.CopyFrom(source));
        Assert.Throws<ArgumentNullException>(() => target.CopyFrom(null!));
    }

    [Fact]
    public void An_array_without_elements_becomes_an_empty_matrix()
    {
        using Matrix matrix = Matrix.From(new float[3, 0]);
        Assert.Equal((3, 0), (matrix.Rows, matrix.Columns));
    }
}
