using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Devices;

public sealed class VectorPanelTests : DeviceTest
{
    private static readonly (int Rows, int Columns)[] Sizes = [(1, 1), (5, 7), (6, 31), (13, 192), (191, 65), (192, 193), (385, 400)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_lane_agrees_with_its_twin_and_its_maximum_is_the_highest(int width)
    {
        foreach ((int rows, int columns) in Sizes)
        {
            using Matrix matrix = Noise.Matrix(rows, columns, 1);
            using var panel = new VectorPanel(columns, (SimdWidth)width);
            foreach (int lanes in (int[])[1, panel.Lanes / 2, (panel.Lanes / 2) + 1, panel.Lanes])
            {
                float[][] vectors = Vectors(lanes, columns);
                float[][] scores = Multiply(panel, matrix, vectors);
                for (int lane = 0; lane < lanes; lane++)
                    for (int row = 0; row < rows; row++)
                    {
                        double twin = 0;
                        for (int d = 0; d < columns; d++) twin += (double)matrix[row, d] * vectors[lane][d];
                        Assert.Equal(twin, scores[lane][row], 1e-4);
                    }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_lane_has_the_same_bits_alone_in_any_company_and_in_the_matrix_product(int width)
    {
        foreach ((int rows, int columns) in Sizes)
        {
            using Matrix matrix = Noise.Matrix(rows, columns, 1);
            using var panel = new VectorPanel(columns, (SimdWidth)width);
            float[][] vectors = Vectors(panel.Lanes, columns), together = Multiply(panel, matrix, vectors);
            using Device device = Create(width);
            using Matrix queries = new(vectors.Length, columns), product = new(vectors.Length, rows);
            for (int lane = 0; lane < vectors.Length; lane++) vectors[lane].CopyTo(queries.Row(lane));
            device.MatMul(queries, false, matrix, true, product);
            for (int lane = 0; lane < vectors.Length; lane++)
            {
                Assert.Equal(product.Row(lane).ToArray(), together[lane]);
                Assert.Equal(together[lane], Multiply(panel, matrix, [vectors[lane]])[0]);
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var panel = new VectorPanel(3, SimdWidth.Scalar);
        using var matrix = new Matrix(200, 3);
        using var wide = new Matrix(2, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => panel.Fill([new float[4]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => panel.Fill(Vectors(3, 3)));
        panel.Fill(Vectors(2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => panel.Multiply(matrix, 0, 193));
        Assert.Throws<ArgumentOutOfRangeException>(() => panel.Multiply(matrix, 199, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => panel.Multiply(wide, 0, 1));
    }

    private static float[][] Vectors(int count, int columns)
    {
        using Matrix noise = Noise.Matrix(count, columns, 2);
        return [.. Enumerable.Range(0, count).Select(lane => noise.Row(lane).ToArray())];
    }

    /// <summary>All scores of each lane, block by block.</summary>
    private static float[][] Multiply(VectorPanel panel, Matrix rows, float[][] vectors)
    {
        float[][] scores = [.. vectors.Select(_ => new float[rows.Rows])];
        panel.Fill(vectors);
        for (int first = 0; first < rows.Rows; first += VectorPanel.BlockRows)
        {
            int count = Math.Min(VectorPanel.BlockRows, rows.Rows - first);
            panel.Multiply(rows, first, count);
            for (int lane = 0; lane < vectors.Length; lane++)
            {
                panel.CopyTo(lane, scores[lane].AsSpan(first, count));
                Assert.Equal(scores[lane].AsSpan(first, count).ToArray().Max(), panel.Maximum(lane));
            }
        }

        return scores;
    }
}
