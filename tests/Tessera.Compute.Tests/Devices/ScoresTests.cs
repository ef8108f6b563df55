using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class ScoresTests : DeviceTest
{
    // More than one block of queries and of keys, the checked row's own key in the second block of keys.
    private const int Count = 4100;
    private const int Checked = 4097;
    private const float Scale = 0.5f;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Logarithms_of_sums_agree_with_their_twin(int width)
    {
        using CpuDevice device = Create(width);
        foreach ((int rows, int keys) in Shapes)
        {
            if (keys == 0) continue;
            using Matrix q = Noise.Matrix(rows, 9, 1), k = Noise.Matrix(keys, 9, 2);
            Agreement.Overwrites(
                Twin.LogSumScores(Dense.Of(q), Dense.Of(k), Scale, null),
                result => device.LogSumScores(q, k, Scale, exceptOwn: false, result), tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Many_blocks_give_what_the_whole_gives(int width)
    {
        using CpuDevice device = Create(width);
        using Matrix rows = Noise.Matrix(Count, 2, 4), sums = new(Count, 1), slopes = new(Count, 1);
        using Matrix gradient = new(Count, 2), keyGradient = new(Count, 2);
        device.LogSumScores(rows, rows, Scale, exceptOwn: true, sums);
        slopes.Span[Checked] = 1f;
        device.LogSumScoresGradient(rows, rows, Scale, exceptOwn: true, sums, slopes, gradient, keyGradient);

        double sum = 0, first = 0, second = 0;
        for (int j = 0; j < Count; j++)
        {
            if (j == Checked) continue;
            double term = Math.Exp(Scale * (((double)rows[Checked, 0] * rows[j, 0]) + ((double)rows[Checked, 1] * rows[j, 1])));
            (sum, first, second) = (sum + term, first + (term * rows[j, 0]), second + (term * rows[j, 1]));
        }

        Assert.Equal(Math.Log(sum), sums[Checked, 0], 1e-5);
        Assert.Equal(Scale * first / sum, gradient[Checked, 0], 1e-6);
        Assert.Equal(Scale * second / sum, gradient[Checked, 1], 1e-6);
        Assert.Equal(0f, keyGradient[Checked, 0]);
        Assert.Equal(0f, gradient[Checked - 1, 0]);
    }

    [Fact]
    public void Scores_beyond_the_range_of_exponentials_do_not_overflow()
    {
        using var device = new CpuDevice(1);
        using Matrix query = Matrix.From(new[,] { { 30f } }), keys = Matrix.From(new[,] { { 30f }, { 29f } }), sum = new(1, 1);
        device.LogSumScores(query, keys, 1f, exceptOwn: false, sum);
        Assert.Equal(900f, sum[0, 0], 1e-3f);
    }

    [Fact]
    public void A_sum_over_no_key_is_minus_infinity_and_adds_nothing()
    {
        using var device = new CpuDevice(1);
        using Matrix query = Matrix.From(new[,] { { 2f } }), sum = new(1, 1);
        device.LogSumScores(query, query, 1f, exceptOwn: true, sum);
        Assert.Equal(float.NegativeInfinity, sum[0, 0]);
        device.LogSumScores(query, query, 1f, exceptOwn: false, sum, accumulate: true);
        Assert.Equal(4f, sum[0, 0], 1e-6f);
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        using CpuDevice one = new(1), three = new(3);
        using Matrix rows = Noise.Matrix(1500, 2, 5), a = new(1500, 1), b = new(1500, 1), da = new(1500, 2), db = new(1500, 2);
        one.LogSumScores(rows, rows, 2f, exceptOwn: false, a);
        three.LogSumScores(rows, rows, 2f, exceptOwn: false, b);
        Agreement.SameBits(a, b);
        one.LogSumScoresGradient(rows, rows, 2f, exceptOwn: false, a, a, da, da);
        three.LogSumScoresGradient(rows, rows, 2f, exceptOwn: false, b, b, db, db);
        Agreement.SameBits(da, db);
    }
}
