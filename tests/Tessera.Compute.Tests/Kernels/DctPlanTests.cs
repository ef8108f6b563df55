using Tessera.Compute.Kernels;
using Tessera.Compute.Ops;
using static Tessera.Compute.Tests.Kernels.DctReference;

namespace Tessera.Compute.Tests.Kernels;

public sealed class DctPlanTests
{
    private static readonly SimdWidth[] Widths =
        [.. Enum.GetValues<SimdWidth>().Where(width => width <= SimdWidths.Widest)];

    /// <summary>Every length to 40, then products of 2, 3, 5 and primes, and primes by definition (to 113) and by convolution.</summary>
    private static readonly int[] Lengths =
        [.. Enumerable.Range(1, 40), 47, 49, 64, 94, 113, 121, 127, 128, 131, 254, 257, 262, 300, 384, 512];

    public static TheoryData<int> AllWidths => [.. Widths.Select(width => (int)width)];

    public static TheoryData<int, int> LargeLengths
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (SimdWidth width in Widths)
            {
                foreach (int length in (int[])[4096, 7050, 10007, 63001])
                    data.Add((int)width, length);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Columns_agree_with_the_definition_at_every_length(int width)
    {
        foreach (int length in Lengths)
        {
            var plan = new DctPlan(length, (SimdWidth)width);
            int columns = 33 + (length % 7);
            float[] source = Noise(length * columns, length);
            float[] target = new float[source.Length];
            plan.AlongColumns(DctDirection.Forward, source, target, columns, 0, columns, new float[plan.ScratchLength]);

            for (int column = 0; column < columns; column += 4)
                AssertClose(Transform(Column(source, columns, column)), Column(target, columns, column));
        }
    }

    [Theory]
    [MemberData(nameof(LargeLengths))]
    public void Selected_coefficients_of_long_columns_agree_with_the_definition(int width, int length)
    {
        const int Columns = 3;
        var plan = new DctPlan(length, (SimdWidth)width);
        float[] source = Noise(length * Columns, length);
        float[] target = new float[source.Length];
        plan.AlongColumns(DctDirection.Forward, source, target, Columns, 0, Columns, new float[plan.ScratchLength]);

        var random = new System.Random(length);
        int[] selected = [0, 1, length / 2, length - 1, .. Enumerable.Range(0, 20).Select(_ => random.Next(length))];
        for (int column = 0; column < Columns; column++)
        {
            double[] samples = Column(source, Columns, column);
            double typical = Norm(samples) / Math.Sqrt(length);
            foreach (int k in selected)
                Assert.Equal(Coefficient(samples, k), target[(k * Columns) + column], 2e-5 * typical);
        }
    }

    [Theory]
    [MemberData(nameof(LargeLengths))]
    public void The_inverse_undoes_the_transform_of_long_columns(int width, int length)
    {
        const int Columns = 2;
        var plan = new DctPlan(length, (SimdWidth)width);
        float[] source = Noise(length * Columns, length);
        float[] values = [.. source];
        float[] scratch = new float[plan.ScratchLength];
        plan.AlongColumns(DctDirection.Forward, values, values, Columns, 0, Columns, scratch);
        plan.AlongColumns(DctDirection.Inverse, values, values, Columns, 0, Columns, scratch);

        for (int column = 0; column < Columns; column++)
            AssertClose(Column(source, Columns, column), Column(values, Columns, column));
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void The_inverse_undoes_the_transform_at_every_length_and_number_of_columns(int width)
    {
        foreach (int length in Lengths)
        {
            var plan = new DctPlan(length, (SimdWidth)width);
            int columns = 1 + (length % 67);
            float[] source = Noise(length * columns, length);
            float[] coefficients = new float[source.Length];
            float[] back = new float[source.Length];
            float[] scratch = new float[plan.ScratchLength];
            plan.AlongColumns(DctDirection.Forward, source, coefficients, columns, 0, columns, scratch);
            plan.AlongColumns(DctDirection.Inverse, coefficients, back, columns, 0, columns, scratch);

            for (int column = 0; column < columns; column++)
                AssertClose(Column(source, columns, column), Column(back, columns, column));
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Rows_are_transformed_as_the_columns_of_the_transpose(int width)
    {
        foreach (int length in (int[])[1, 5, 64, 97, 150])
        {
            var plan = new DctPlan(length, (SimdWidth)width);
            const int Rows = 37;
            float[] source = Noise(Rows * length, length);
            float[] expected = Transpose(source, length);
            float[] actual = new float[source.Length];
            float[] scratch = new float[plan.ScratchLength];
            foreach (DctDirection direction in Enum.GetValues<DctDirection>())
            {
                plan.AlongColumns(direction, Transpose(source, length), expected, Rows, 0, Rows, scratch);
                plan.AlongRows(direction, source, actual, 0, Rows, scratch);

                Assert.Equal(Transpose(expected, Rows), actual);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Only_the_named_columns_or_rows_are_written_and_splitting_at_blocks_changes_no_bit(int width)
    {
        const int Side = 100;
        var plan = new DctPlan(Side, (SimdWidth)width);
        float[] source = Noise(Side * Side, 1);
        float[] scratch = new float[plan.ScratchLength];
        float[] whole = new float[source.Length];
        plan.AlongColumns(DctDirection.Forward, source, whole, Side, 0, Side, scratch);
        float[] part = [.. source];
        plan.AlongColumns(DctDirection.Forward, source, part, Side, 32, 96, scratch);
        for (int i = 0; i < part.Length; i++)
            Assert.Equal((i % Side) is >= 32 and < 96 ? whole[i] : source[i], part[i]);

        plan.AlongRows(DctDirection.Inverse, source, whole, 0, Side, scratch);
        part = [.. source];
        plan.AlongRows(DctDirection.Inverse, source, part, 32, 96, scratch);
        for (int i = 0; i < part.Length; i++)
            Assert.Equal((i / Side) is >= 32 and < 96 ? whole[i] : source[i], part[i]);
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void The_matrix_of_the_transform_is_orthonormal(int width)
    {
        foreach (int length in (int[])[1, 2, 3, 7, 24, 64, 129])
        {
            var plan = new DctPlan(length, (SimdWidth)width);
            float[] matrix = new float[length * length];
            for (int i = 0; i < length; i++)
                matrix[i * (length + 1)] = 1;
            plan.AlongColumns(DctDirection.Forward, matrix, matrix, length, 0, length, new float[plan.ScratchLength]);

            for (int left = 0; left < length; left++)
            {
                for (int right = 0; right < length; right++)
                {
                    double product = Column(matrix, length, left).Zip(Column(matrix, length, right), (x, y) => x * y).Sum();
                    Assert.Equal(left == right ? 1 : 0, product, 2e-6);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void The_transform_is_linear(int width)
    {
        const int Length = 105, Columns = 40;
        var plan = new DctPlan(Length, (SimdWidth)width);
        float[] x = Noise(Length * Columns, 1), y = Noise(Length * Columns, 2);
        float[] sum = [.. x.Zip(y, (left, right) => (3 * left) - (2 * right))];
        float[] scratch = new float[plan.ScratchLength];
        foreach (float[] values in (float[][])[x, y, sum])
            plan.AlongColumns(DctDirection.Forward, values, values, Columns, 0, Columns, scratch);

        AssertClose([.. x.Zip(y, (left, right) => (3.0 * left) - (2.0 * right))], [.. sum.Select(value => (double)value)]);
    }

    [Theory]
    [InlineData(new[] { 5f }, new[] { 5f })]
    [InlineData(new[] { 1f, 3f }, new[] { 2.828427f, -1.414214f })]
    [InlineData(new[] { 1f, 2f, 6f }, new[] { 5.196152f, -3.535534f, 1.224745f })]
    [InlineData(new[] { 1f, 2f, 3f, 4f }, new[] { 5f, -2.230442f, 0f, -0.158513f })]
    public void Small_vectors_have_the_known_coefficients(float[] samples, float[] coefficients)
    {
        var plan = new DctPlan(samples.Length);
        float[] actual = new float[samples.Length];
        plan.AlongRows(DctDirection.Forward, samples, actual, 0, 1, new float[plan.ScratchLength]);

        Assert.Equal(coefficients, actual, (left, right) => Math.Abs(left - right) < 2e-6f);
    }

    [Fact]
    public void Wrong_lengths_and_ranges_are_refused()
    {
        var plan = new DctPlan(6);
        float[] scratch = new float[plan.ScratchLength];
        Assert.Throws<ArgumentOutOfRangeException>(() => new DctPlan(0));
        Assert.Throws<ArgumentException>(() => plan.AlongColumns(DctDirection.Forward, new float[11], new float[12], 2, 0, 2, scratch));
        Assert.Throws<ArgumentException>(() => plan.AlongColumns(DctDirection.Forward, new float[12], new float[12], 2, 0, 3, scratch));
        Assert.Throws<ArgumentException>(() => plan.AlongRows(DctDirection.Forward, new float[12], new float[12], -1, 2, scratch));
        Assert.Throws<ArgumentException>(() => plan.AlongRows(DctDirection.Forward, new float[12], new float[12], 0, 2, new float[3]));
    }

    [Fact]
    public void Applying_a_plan_allocates_nothing()
    {
        var plan = new DctPlan(2 * 3 * 7 * 131);
        float[] values = Noise(plan.Length * 3, 1);
        float[] scratch = new float[plan.ScratchLength];
        plan.AlongColumns(DctDirection.Forward, values, values, 3, 0, 3, scratch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.AlongColumns(DctDirection.Inverse, values, values, 3, 0, 3, scratch);
        plan.AlongRows(DctDirection.Forward, values, values, 0, 3, scratch);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
