using Tessera.Compute.Random;

namespace Tessera.Compute.Tests.Randomness;

public sealed class RngTests
{
    [Fact]
    public void SplitMix64_gives_its_published_numbers()
    {
        ulong counter = 1234567;

        ulong[] drawn = [.. Enumerable.Range(0, 5).Select(_ => SplitMix64.Next(ref counter))];

        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            drawn);
    }

    [Fact]
    public void Xoshiro256_star_star_gives_its_published_numbers()
    {
        var rng = new Rng(0) { State = new RngState(1, 2, 3, 4) };

        ulong[] drawn = [.. Enumerable.Range(0, 10).Select(_ => rng.NextUInt64())];

        Assert.Equal(
            [
                11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
                16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
            ],
            drawn);
    }

    [Fact]
    public void A_seed_fills_the_state_with_the_first_four_numbers_of_SplitMix64()
    {
        Assert.Equal(
            new RngState(6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431),
            new Rng(1234567).State);
    }

    [Fact]
    public void Derived_numbers_never_change_between_versions()
    {
        Rng rng = new Rng(42).Stream("sampling");

        Assert.Equal((7517617563717251856UL, 948, 12244427 / 16777216f, 940185259332570L / 9007199254740992d), (rng.NextUInt64(), rng.Next(1000), rng.NextSingle(), rng.NextDouble()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_others()
    {
        var first = new Rng(7);
        var second = new Rng(7);
        var other = new Rng(8);

        ulong[] drawn = Draw(first, 100);

        Assert.Equal(drawn, Draw(second, 100));
        Assert.Empty(drawn.Intersect(Draw(other, 100)));
    }

    [Fact]
    public void A_restored_state_repeats_every_kind_of_number()
    {
        var rng = new Rng(3);
        rng.NextGaussian();
        RngState saved = rng.State;
        (float, float, int, double) drawn = (rng.NextGaussian(), rng.NextGaussian(), rng.Next(50), rng.NextDouble());

        var restored = new Rng(999) { State = saved };

        Assert.Equal(drawn, (restored.NextGaussian(), restored.NextGaussian(), restored.Next(50), restored.NextDouble()));
    }

    [Fact]
    public void A_state_of_zeros_is_refused() => Assert.Throws<ArgumentException>(() => new Rng(1) { State = default });

    [Fact]
    public void A_stream_does_not_depend_on_what_was_drawn_before()
    {
        var used = new Rng(5);
        Draw(used, 1000);

        Assert.Equal(Draw(new Rng(5).Stream("dropout"), 50), Draw(used.Stream("dropout"), 50));
    }

    [Fact]
    public void Streams_of_other_names_seeds_and_paths_share_no_number()
    {
        var root = new Rng(5);
        Rng[] generators =
        [
            root, new Rng(6), root.Stream("a"), root.Stream("b"), root.Stream("ab"), root.Stream("ba"), root.Stream(""),
            root.Stream("a").Stream("b"), root.Stream("b").Stream("a"), new Rng(6).Stream("a"), new Rng(0).Stream(""),
        ];

        ulong[] drawn = [.. generators.SelectMany(generator => Draw(generator, 200))];

        Assert.Equal(generators.Length * 200, drawn.Distinct().Count());
    }

    [Fact]
    public void Two_streams_are_uncorrelated()
    {
        Rng first = new Rng(1).Stream("initialization");
        Rng second = new Rng(1).Stream("sampling");
        const int Count = 100_000;
        double sum = 0;
        for (int i = 0; i < Count; i++) sum += (first.NextDouble() - 0.5) * (second.NextDouble() - 0.5);

        double correlation = sum / Count * 12;

        Assert.InRange(correlation, -0.016, 0.016);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void Integers_are_uniform_by_chi_square(int range)
    {
        var rng = new Rng(11);
        const int Count = 200_000;
        var counts = new int[range];
        for (int i = 0; i < Count; i++) counts[rng.Next(range)]++;

        double expected = (double)Count / range;
        double chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);

        Assert.True(chiSquare <= range - 1 + (5 * Math.Sqrt(2d * range)), $"chi-square {chiSquare} of {range - 1} degrees");
    }

    [Fact]
    public void A_range_that_does_not_divide_the_words_is_unbiased()
    {
        // 2^32 is 8/3 of this range: without rejection the remainders by three would come up 3 : 3 : 2.
        var rng = new Rng(12);
        const int Range = 3 << 29;
        const int Count = 60_000;
        var counts = new int[3];
        for (int i = 0; i < Count; i++) counts[rng.Next(Range) % 3]++;

        Assert.All(counts, count => Assert.InRange(count, 19_400, 20_600));
    }

    [Fact]
    public void A_range_below_one_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Next(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Next(-5));
    }

    [Fact]
    public void Fractions_lie_in_zero_to_below_one_and_are_uniform()
    {
        var rng = new Rng(13);
        const int Count = 100_000;
        var deciles = new int[10];
        for (int i = 0; i < Count; i++)
        {
            float single = rng.NextSingle();
            double fraction = rng.NextDouble();
            Assert.True(single is >= 0f and < 1f && fraction is >= 0d and < 1d);
            deciles[(int)(single * 10)]++;
            deciles[(int)(fraction * 10)]++;
        }

        Assert.All(deciles, count => Assert.InRange(count, 19_300, 20_700));
    }

    [Fact]
    public void Gaussians_have_the_moments_and_tails_of_the_normal_distribution()
    {
        var rng = new Rng(14);
        const int Count = 200_000;
        double sum = 0, squares = 0, fourth = 0;
        int beyondTwo = 0;
        for (int i = 0; i < Count; i++)
        {
            double value = rng.NextGaussian();
            Assert.True(double.IsFinite(value));
            sum += value;
            squares += value * value;
            fourth += value * value * value * value;
            if (Math.Abs(value) > 2) beyondTwo++;
        }

        Assert.InRange(sum / Count, -0.01, 0.01);
        Assert.InRange(squares / Count, 0.98, 1.02);
        Assert.InRange(fourth / Count, 2.9, 3.1);
        Assert.InRange(beyondTwo / (double)Count, 0.0435, 0.0475);
    }

    [Fact]
    public void Shuffling_keeps_the_values_and_reaches_every_order_equally_often()
    {
        var rng = new Rng(15);
        var counts = new Dictionary<(int, int, int), int>();
        for (int i = 0; i < 60_000; i++)
        {
            int[] values = [1, 2, 3];
            rng.Shuffle(values);
            (int, int, int) order = (values[0], values[1], values[2]);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts, pair => Assert.Equal(6, pair.Key.Item1 * pair.Key.Item2 * pair.Key.Item3));
        Assert.All(counts.Values, count => Assert.InRange(count, 9_550, 10_450));
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        var rng = new Rng(16);
        int[] values = [.. Enumerable.Range(0, 100)];
        DrawOneOfEach(rng, values);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) DrawOneOfEach(rng, values);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private static void DrawOneOfEach(Rng rng, int[] values)
    {
        rng.NextUInt64();
        rng.Next(10);
        rng.NextSingle();
        rng.NextDouble();
        rng.NextGaussian();
        rng.Shuffle(values);
    }

    private static ulong[] Draw(Rng rng, int count)
    {
        var drawn = new ulong[count];
        for (int i = 0; i < count; i++) drawn[i] = rng.NextUInt64();
        return drawn;
    }
}
