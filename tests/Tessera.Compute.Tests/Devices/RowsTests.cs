using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class RowsTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Normalized_rows_fill_their_chunk_and_nothing_else(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1), before = Noise.Matrix(rows + 4, columns + 5, 2);
            if (rows > 1) x.Row(1).Clear();
            double[,] expected = Dense.Of(before), normalized = Twin.NormalizeRows(Dense.Of(x));
            Put(normalized, expected, 3, 2);
            using Matrix result = before.Clone();
            using var norms = new GuardedMatrix(rows, 1);

            device.NormalizeRows(x, result, 3, 2, norms.View);

            Agreement.Check(expected, result);
            Agreement.Check(Twin.Norms(Dense.Of(x)), norms.View);
            norms.AssertGuardsIntact();
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_gradient_of_normalized_rows_agrees_with_its_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1), dy = Noise.Matrix(rows + 4, columns + 5, 2);
            using Matrix y = new(rows + 4, columns + 5), norms = new(rows, 1);
            device.NormalizeRows(x, y, 3, 2, norms);
            double[,] output = Twin.NormalizeRows(Dense.Of(x)), gradient = Dense.Of(dy).Block(3, 2, rows, columns);
            double[,] along = Twin.RowProducts(output, gradient), lengths = Twin.Norms(Dense.Of(x));
            double[,] expected = output.Map((r, c) => (gradient[r, c] - (output[r, c] * along[r, 0])) / lengths[r, 0]);

            Agreement.Overwrites(
                expected, result => device.NormalizeRowsGradient(y, dy, 3, 2, norms, result, accumulate: false), tolerance: 2e-5);
            Agreement.Accumulates(
                expected, result => device.NormalizeRowsGradient(y, dy, 3, 2, norms, result, accumulate: true), tolerance: 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_zero_row_is_divided_by_the_smallest_norm_and_so_is_its_gradient(int width)
    {
        using Device device = Create(width);
        using Matrix x = new(1, 37), y = new(1, 37), norms = new(1, 1), dy = Noise.Matrix(1, 37, 1), dx = new(1, 37);

        device.NormalizeRows(x, y, 0, 0, norms);
        device.NormalizeRowsGradient(y, dy, 0, 0, norms, dx, accumulate: false);

        Agreement.Check(new double[1, 37], y);
        Agreement.Check(Dense.Of(dy).Map((r, c) => dy[r, c] / Twin.MinNorm), dx);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_copied_block_lands_in_its_place_and_nowhere_else(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows + 3, columns + 7, 1), before = Noise.Matrix(rows + 2, columns + 5, 2);
            double[,] block = Dense.Of(x).Block(2, 5, rows, columns);
            foreach (bool accumulate in (bool[])[false, true])
            {
                double[,] expected = Dense.Of(before);
                Put(accumulate ? block.Plus(expected.Block(1, 3, rows, columns)) : block, expected, 1, 3);
                using Matrix result = before.Clone();
                device.CopyBlock(x, 2, 5, result, 1, 3, rows, columns, accumulate);
                Agreement.Check(expected, result, label: $"accumulate {accumulate}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rows_are_gathered_in_any_order_with_repeats(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(29, columns, 1);
            int[] chosen = Noise.Indices(rows, 29, 2);
            Agreement.Overwrites(
                Dense.Create(rows, columns, (r, c) => x[chosen[r], c]), result => device.GatherRows(x, chosen, result), tolerance: 0);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scattered_rows_add_up_where_they_repeat(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1);
            int[] chosen = Noise.Indices(rows, 11, 2);
            double[,] expected = new double[11, columns];
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < columns; c++)
                    expected[chosen[r], c] += 0.5 * x[r, c];
            Agreement.Accumulates(expected, result => device.ScatterAddRows(0.5f, x, chosen, result), tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Softmax_and_its_gradient_agree_with_their_twins(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes.Where(shape => shape.Columns > 0))
        {
            using Matrix x = Noise.Matrix(rows, columns, 1), dy = Noise.Matrix(rows, columns, 2), y = new(rows, columns);
            foreach (ref float value in x.Span) value *= 6f;
            double[,] output = Twin.Softmax(Dense.Of(x)), along = Twin.RowProducts(output, Dense.Of(dy));
            double[,] gradient = output.Map((r, c) => output[r, c] * (dy[r, c] - along[r, 0]));

            Agreement.Overwrites(output, result => device.SoftmaxRows(x, result));
            device.SoftmaxRows(x, y);
            Agreement.Overwrites(gradient, result => device.SoftmaxRowsGradient(y, dy, result, accumulate: false));
            Agreement.Accumulates(gradient, result => device.SoftmaxRowsGradient(y, dy, result, accumulate: true));
        }
    }

    [Fact]
    public void Softmax_of_large_values_does_not_overflow()
    {
        using var device = new Device(1);
        using Matrix x = Matrix.From(new[,] { { 1e30f, 1e30f, -1e30f }, { -3e38f, -3e38f, -3e38f } }), y = new(2, 3);

        device.SoftmaxRows(x, y);

        Agreement.Check(new[,] { { 0.5, 0.5, 0 }, { 1 / 3.0, 1 / 3.0, 1 / 3.0 } }, y);
    }

    private static void Put(double[,] block, double[,] into, int row, int column)
    {
        for (int r = 0; r < block.GetLength(0); r++)
            for (int c = 0; c < block.GetLength(1); c++)
                into[row + r, column + c] = block[r, c];
    }
}
