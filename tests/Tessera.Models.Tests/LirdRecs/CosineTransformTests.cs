using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Models.Tests.LirdRecs;

public sealed class CosineTransformTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(12, 3, 4)]
    [InlineData(97, 1, 97)]
    [InlineData(384, 16, 24)]
    [InlineData(4096, 64, 64)]
    [InlineData(63001, 251, 251)]
    public void The_grid_is_the_squarest_there_is(int dimensions, int p, int q) => Assert.Equal((p, q), CosineTransform.Grid(dimensions));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(7, 64)]
    [InlineData(5, 601)]
    public void Rows_and_columns_are_transformed_as_defined(int vectors, int length)
    {
        using var device = new Device(2);
        var random = new Random(length);
        using Matrix rows = new(vectors, length), columns = new(length, vectors);
        for (int v = 0; v < vectors; v++)
            for (int j = 0; j < length; j++) rows[v, j] = columns[j, v] = (2 * random.NextSingle()) - 1;

        using Matrix ofRows = CosineTransform.OfRows(device, rows), ofColumns = CosineTransform.OfColumns(device, columns);
        for (int v = 0; v < vectors; v++)
        {
            for (int k = 0; k < length; k++)
            {
                double expected = 0;
                for (int j = 0; j < length; j++) expected += rows[v, j] * Math.Cos(Math.PI * ((2 * j) + 1) * k / (2.0 * length));
                expected *= Math.Sqrt((k == 0 ? 1.0 : 2.0) / length);
                Assert.Equal(expected, ofRows[v, k], 1e-5);
                Assert.Equal(expected, ofColumns[k, v], 1e-5);
            }
        }
    }

    [Fact]
    public void The_basis_is_orthonormal()
    {
        using Matrix basis = CosineTransform.Basis(96);
        for (int a = 0; a < 96; a++)
        {
            for (int b = 0; b < 96; b++)
            {
                double dot = 0;
                for (int j = 0; j < 96; j++) dot += (double)basis[a, j] * basis[b, j];
                Assert.Equal(a == b ? 1 : 0, dot, 1e-6);
            }
        }
    }
}
