using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class LogSumScoresTests
{
    private const float Scale = 1.7f;

    [Theory]
    [InlineData(5, 7, 3)]
    [InlineData(2, 1, 9)]
    [InlineData(1, 40, 4)]
    public void Sums_and_their_gradients_meet_the_twin(int queries, int keys, int width) =>
        DoubleTwin.Check(
            (tape, x) => tape.LogSumScores(x[0], x[1], Scale),
            x => LogSums(x[0], x[1], null),
            Short(queries, width, 1), Short(keys, width, 2));

    [Fact]
    public void Other_rows_join_the_sum_but_for_the_own_one() =>
        DoubleTwin.Check(
            (tape, x) => tape.LogSumScores(x[0], x[1], Scale, x[2]),
            x => LogSums(x[0], x[1], x[2]),
            Short(6, 5, 1), Short(4, 5, 2), Short(6, 5, 3));

    [Fact]
    public void The_queries_themselves_can_be_the_others() =>
        DoubleTwin.Check(
            (tape, x) => tape.LogSumScores(x[0], x[1], Scale, x[0]),
            x => LogSums(x[0], x[1], x[0]),
            Short(21, 3, 1), Short(21, 3, 2));

    [Fact]
    public void Scores_beyond_the_range_of_exponentials_do_not_overflow()
    {
        using var device = new CpuDevice(1);
        using Matrix queries = Matrix.From(new[,] { { 30f } }), keys = Matrix.From(new[,] { { 30f }, { 29f } }), sums = new(1, 1);
        device.LogSumScores(queries, keys, 1f, exceptOwn: false, sums);
        Assert.Equal(900f, sums[0, 0], 1e-3f);
    }

    [Theory]
    [InlineData(SimdWidth.Bits512)]
    [InlineData(SimdWidth.Bits256)]
    [InlineData(SimdWidth.Bits128)]
    [InlineData(SimdWidth.Scalar)]
    internal void Many_blocks_give_what_the_whole_gives_for_every_vector_width(SimdWidth width)
    {
        // More than one block of queries and of keys, the own key in the first and in the second of them.
        const int Count = 4100, Checked = 4097;
        using var device = new CpuDevice(2, width);
        using Matrix rows = Noise(Count), sums = new(Count, 1), slopes = new(Count, 1), gradient = new(Count, 2), keyGradient = new(Count, 2);
        device.LogSumScores(rows, rows, 0.5f, exceptOwn: true, sums);
        slopes.Span[Checked] = 1f;
        device.LogSumScoresGradient(rows, rows, 0.5f, exceptOwn: true, sums, slopes, gradient, keyGradient);

        double sum = 0, first = 0, second = 0;
        for (int j = 0; j < Count; j++)
        {
            if (j == Checked) continue;
            double term = Math.Exp(0.5 * (((double)rows[Checked, 0] * rows[j, 0]) + ((double)rows[Checked, 1] * rows[j, 1])));
            (sum, first, second) = (sum + term, first + (term * rows[j, 0]), second + (term * rows[j, 1]));
        }

        Assert.Equal(Math.Log(sum), sums[Checked, 0], 1e-4);
        Assert.Equal(0.5 * first / sum, gradient[Checked, 0], 1e-4);
        Assert.Equal(0.5 * second / sum, gradient[Checked, 1], 1e-4);
        Assert.Equal(0f, keyGradient[Checked, 0]);
        Assert.Equal(0f, gradient[Checked - 1, 0]);
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        using CpuDevice one = new(1), three = new(3);
        using Matrix rows = Noise(1500), a = new(1500, 1), b = new(1500, 1), da = new(1500, 2), db = new(1500, 2);
        one.LogSumScores(rows, rows, 2f, exceptOwn: false, a);
        three.LogSumScores(rows, rows, 2f, exceptOwn: false, b);
        Assert.Equal(a.Span.ToArray(), b.Span.ToArray());
        one.LogSumScoresGradient(rows, rows, 2f, exceptOwn: false, a, a, da, da);
        three.LogSumScoresGradient(rows, rows, 2f, exceptOwn: false, b, b, db, db);
        Assert.Equal(da.Span.ToArray(), db.Span.ToArray());
    }

    private static Matrix Noise(int rows)
    {
        var rng = new Rng(4);
        var matrix = new Matrix(rows, 2);
        foreach (ref float value in matrix.Span) value = rng.NextGaussian();
        return matrix;
    }

    private static double[,] Short(int rows, int columns, ulong seed)
    {
        double[,] values = DoubleTwin.Noise(rows, columns, seed);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) values[r, c] *= 0.5;
        return values;
    }

    private static double[,] LogSums(double[,] queries, double[,] keys, double[,]? others)
    {
        var result = new double[queries.GetLength(0), 1];
        for (int r = 0; r < result.GetLength(0); r++)
        {
            double sum = 0;
            for (int j = 0; j < keys.GetLength(0); j++) sum += Math.Exp(Scale * Pattern.Dot(queries, r, keys, j));
            for (int j = 0; others is not null && j < others.GetLength(0); j++)
                if (j != r) sum += Math.Exp(Scale * Pattern.Dot(queries, r, others, j));
            result[r, 0] = Math.Log(sum);
        }

        return result;
    }
}
