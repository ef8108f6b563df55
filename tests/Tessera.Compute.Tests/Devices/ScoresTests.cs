using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class ScoresTests : DeviceTest
{
    private const float Scale = 0.5f;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Logarithms_of_sums_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int keys) in Shapes)
        {
            if (keys == 0) continue;
            using Matrix q = Noise.Matrix(rows, 9, 1), k = Noise.Matrix(keys, 9, 2), o = Noise.Matrix(rows, 9, 3);
            Agreement.Overwrites(
                Twin.LogSumScores(Dense.Of(q), Dense.Of(k), Scale, null),
                result => device.LogSumScores(q, k, null, Scale, result, null, null, null), tolerance: 1e-5);
            Agreement.Overwrites(
                Twin.LogSumScores(Dense.Of(q), Dense.Of(k), Scale, Dense.Of(o)),
                result => device.LogSumScores(q, k, o, Scale, result, null, null, null), tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_key_that_is_not_a_number_makes_every_sum_so(int width)
    {
        using Device device = Create(width);
        using Matrix q = Noise.Matrix(3, 4, 1), k = Noise.Matrix(70, 4, 2), sums = new(3, 1);
        foreach (int key in (int[])[0, 31, 69])
        {
            using Matrix broken = k.Clone();
            broken[key, 2] = float.NaN;
            device.LogSumScores(q, broken, null, Scale, sums, null, null, null);
            Assert.All(sums.Span.ToArray(), sum => Assert.Equal(float.NaN, sum));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Many_blocks_give_what_the_whole_gives(int width)
    {
        const int Queries = 1100, Keys = 700; // more than two blocks of queries
        using Device device = Create(width);
        using Matrix q = Noise.Matrix(Queries, 2, 4), k = Noise.Matrix(Keys, 2, 5), sums = new(Queries, 1);
        using Matrix dq = new(Queries, 2), dk = new(Keys, 2);
        dq.Span.Fill(1f);
        device.LogSumScores(q, k, q, Scale, sums, dq, dk, dq);

        double[,] logarithms = Twin.LogSumScores(Dense.Of(q), Dense.Of(k), Scale, Dense.Of(q));
        double[,] queries = new double[Queries, 2], keys = new double[Keys, 2];
        for (int r = 0; r < Queries; r++)
        {
            for (int j = 0; j < Keys; j++) Add(q, r, k, j, logarithms[r, 0], queries, keys);
            for (int j = 0; j < Queries; j++)
                if (j != r) Add(q, r, q, j, logarithms[r, 0], queries, queries);
        }

        Agreement.Check(logarithms, sums, tolerance: 1e-5);
        Agreement.Check(queries.Map((r, c) => queries[r, c] + 1), dq, tolerance: 1e-5);
        Agreement.Check(keys, dk, tolerance: 1e-5);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Many_blocks_with_positives_give_what_the_whole_gives(int width)
    {
        const int Queries = 1100, Keys = 37;
        using Device device = Create(width);
        using Matrix q = Noise.Matrix(Queries, 2, 4), p = Noise.Matrix(Queries, 2, 5), k = Noise.Matrix(Keys, 2, 6), sums = new(Queries, 1);
        using Matrix dq = new(Queries, 2), dp = new(Queries, 2), dk = new(Keys, 2);
        int[] hits = [.. Enumerable.Range(0, Queries).Select(r => (r % (2 * Keys)) - Keys)]; // half of them negative
        device.LogSumScores(q, p, k, hits, Scale, sums, dq, dp, dk);

        double[,] logarithms = Twin.LogSumSampledScores(Dense.Of(q), Dense.Of(p), Dense.Of(k), hits, Scale);
        double[,] queries = new double[Queries, 2], positives = new double[Queries, 2], keys = new double[Keys, 2];
        for (int r = 0; r < Queries; r++)
        {
            Add(q, r, p, r, logarithms[r, 0], queries, positives);
            for (int j = 0; j < Keys; j++)
                if (j != hits[r]) Add(q, r, k, j, logarithms[r, 0], queries, keys);
        }

        Agreement.Check(logarithms, sums, tolerance: 1e-5);
        Agreement.Check(queries, dq, tolerance: 1e-5);
        Agreement.Check(positives, dp, tolerance: 1e-5);
        Agreement.Check(keys, dk, tolerance: 1e-5);
    }

    [Fact]
    public void Many_keys_are_scored_by_few_queries_at_a_time()
    {
        const int Queries = 130, Keys = 1 << 20; // 64 queries at a time
        using var device = new Device(2);
        using Matrix q = Noise.Matrix(Queries, 1, 6), k = new(Keys, 1), sums = new(Queries, 1), dq = new(Queries, 1), dk = new(Keys, 1);
        k.Span.Fill(1f);
        device.LogSumScores(q, k, null, Scale, sums, dq, dk, null);
        for (int r = 0; r < Queries; r++)
        {
            Assert.Equal(Math.Log(Keys) + (Scale * q[r, 0]), sums[r, 0], 1e-4);
            Assert.Equal(Scale, dq[r, 0], 1e-4f);
        }

        double mean = q.Span.ToArray().Sum(x => (double)x) / Keys;
        Assert.Equal(Scale * mean, dk[Keys - 1, 0], 1e-9);
    }

    [Fact]
    public void Scores_beyond_the_range_of_exponentials_do_not_overflow()
    {
        using var device = new Device(1);
        using Matrix query = Matrix.From(new[,] { { 30f } }), keys = Matrix.From(new[,] { { 30f }, { 29f } }), sum = new(1, 1), slope = new(1, 1);
        device.LogSumScores(query, keys, null, 1f, sum, slope, null, null);
        Assert.Equal(900f, sum[0, 0], 1e-3f);
        Assert.Equal(30f, slope[0, 0], 1e-3f);
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        using Device one = new(1), three = new(3);
        using Matrix rows = Noise.Matrix(1500, 2, 5), a = new(1500, 1), b = new(1500, 1), da = new(1500, 2), db = new(1500, 2);
        one.LogSumScores(rows, rows, rows, 2f, a, da, da, da);
        three.LogSumScores(rows, rows, rows, 2f, b, db, db, db);
        Agreement.SameBits(a, b);
        Agreement.SameBits(da, db);
    }

    [Fact]
    public void A_positive_beyond_the_range_of_exponentials_does_not_overflow_either()
    {
        using var device = new Device(1);
        using Matrix query = Matrix.From(new[,] { { 30f } }), key = Matrix.From(new[,] { { 1f } }), sum = new(1, 1), slope = new(1, 1);
        device.LogSumScores(query, query, key, [-1], 1f, sum, slope, null, null);
        Assert.Equal(900f, sum[0, 0], 1e-3f);
        Assert.Equal(30f, slope[0, 0], 1e-3f);
    }

    // Adds the gradients of one term: P_rj = α exp(α q_r·k_j - y_r), dq_r += P k_j, dk_j += P q_r.
    private static void Add(Matrix q, int r, Matrix k, int j, double logarithm, double[,] dq, double[,] dk)
    {
        double share = Scale * Math.Exp((Scale * (((double)q[r, 0] * k[j, 0]) + ((double)q[r, 1] * k[j, 1]))) - logarithm);
        for (int c = 0; c < 2; c++)
        {
            dq[r, c] += share * k[j, c];
            dk[j, c] += share * q[r, c];
        }
    }
}
