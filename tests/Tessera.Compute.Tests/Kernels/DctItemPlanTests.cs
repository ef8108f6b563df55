using Tessera.Compute.Kernels;
using static Tessera.Compute.Tests.Kernels.DctReference;

namespace Tessera.Compute.Tests.Kernels;

public sealed class DctItemPlanTests
{
    private static readonly SimdWidth[] Widths =
        [.. Enum.GetValues<SimdWidth>().Where(width => width <= SimdWidths.Widest)];

    public static TheoryData<int> AllWidths => [.. Widths.Select(width => (int)width)];

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(12, 3, 4)]
    [InlineData(97, 1, 97)]
    [InlineData(384, 16, 24)]
    [InlineData(4096, 64, 64)]
    [InlineData(63001, 251, 251)]
    public void The_grid_is_the_squarest_there_is(int dimensions, int p, int q) =>
        Assert.Equal((p, q), DctItemPlan.Grid(dimensions));

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Columns_are_transformed_along_both_sides_of_the_grid(int width)
    {
        foreach (int dimensions in (int[])[1, 2, 6, 35, 37, 64, 384])
        {
            const int Columns = 35;
            var plan = new DctItemPlan(dimensions, (SimdWidth)width);
            float[] source = Noise(dimensions * Columns, dimensions);
            float[] target = new float[source.Length];
            plan.AlongColumns(DctDirection.Forward, source, target, Columns, 0, Columns, new float[plan.ScratchLength]);

            for (int column = 0; column < Columns; column += 2)
                AssertClose(OnGrid(Column(source, Columns, column)), Column(target, Columns, column));
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Rows_are_transformed_as_the_columns_of_the_transpose(int width)
    {
        foreach (int dimensions in (int[])[37, 384])
        {
            const int Rows = 34;
            var plan = new DctItemPlan(dimensions, (SimdWidth)width);
            float[] source = Noise(Rows * dimensions, dimensions);
            float[] expected = new float[source.Length];
            float[] actual = new float[source.Length];
            float[] scratch = new float[plan.ScratchLength];
            plan.AlongColumns(DctDirection.Inverse, Transpose(source, dimensions), expected, Rows, 0, Rows, scratch);
            plan.AlongRows(DctDirection.Inverse, source, actual, 0, Rows, scratch);

            Assert.Equal(Transpose(expected, Rows), actual);
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void The_inverse_undoes_the_transform_in_place(int width)
    {
        foreach (int dimensions in (int[])[1, 30, 131, 4096])
        {
            const int Columns = 45;
            var plan = new DctItemPlan(dimensions, (SimdWidth)width);
            float[] source = Noise(dimensions * Columns, dimensions);
            float[] values = [.. source];
            float[] scratch = new float[plan.ScratchLength];
            plan.AlongColumns(DctDirection.Forward, values, values, Columns, 2, Columns, scratch);
            Assert.Equal(Column(source, Columns, 1), Column(values, Columns, 1));
            plan.AlongColumns(DctDirection.Inverse, values, values, Columns, 2, Columns, scratch);

            for (int column = 0; column < Columns; column++)
                AssertClose(Column(source, Columns, column), Column(values, Columns, column));
        }
    }

    [Fact]
    public void A_constant_vector_has_one_coefficient()
    {
        var plan = new DctItemPlan(16);
        float[] values = [.. Enumerable.Repeat(3f, 16)];
        plan.AlongRows(DctDirection.Forward, values, values, 0, 1, new float[plan.ScratchLength]);

        Assert.Equal(12f, values[0], 1e-5f);
        Assert.All(values.Skip(1), value => Assert.Equal(0f, value, 1e-6f));
    }

    private static double[] OnGrid(double[] samples)
    {
        (int p, int q) = DctItemPlan.Grid(samples.Length);
        double[] rows = [.. samples.Chunk(q).SelectMany(Transform)];
        double[] result = new double[samples.Length];
        for (int j = 0; j < q; j++)
        {
            double[] column = Transform([.. Enumerable.Range(0, p).Select(i => rows[(i * q) + j])]);
            for (int i = 0; i < p; i++)
                result[(i * q) + j] = column[i];
        }

        return result;
    }
}
