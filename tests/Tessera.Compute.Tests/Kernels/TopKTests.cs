using FsCheck;
using FsCheck.Fluent;
using Tessera.Compute.Kernels;

namespace Tessera.Compute.Tests.Kernels;

public sealed class TopKTests
{
    private static readonly SimdWidth[] Widths =
        [.. Enum.GetValues<SimdWidth>().Where(width => width <= SimdWidths.Widest)];

    public static TheoryData<int> AllWidths => [.. Widths.Select(width => (int)width)];

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Random_rows_agree_with_a_sort(int width)
    {
        var random = new System.Random(1);
        foreach (int n in (int[])[1, 2, 7, 15, 16, 17, 63, 129, 1000, 7050, 20011])
        {
            foreach (int k in (int[])[1, 2, 10, 20, 100, 301])
                AssertSelected([.. Enumerable.Range(0, n).Select(_ => random.NextSingle() - 0.5f)], k, width);
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Rows_with_many_ties_agree_with_a_sort(int width)
    {
        var random = new System.Random(2);
        foreach (int levels in (int[])[1, 2, 3, 20])
        {
            foreach (int k in (int[])[1, 10, 100])
                AssertSelected([.. Enumerable.Range(0, 5003).Select(_ => (float)random.Next(levels))], k, width);
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Awkward_rows_agree_with_a_sort(int width)
    {
        const int Length = 4001;
        IEnumerable<int> places = Enumerable.Range(0, Length);
        float[][] rows =
        [
            [.. places.Select(i => (float)i)],
            [.. places.Select(i => (float)-i)],
            [.. places.Select(i => (float)(i % 64))],
            [.. places.Select(i => i % 64 == 5 ? i : 0f)],
            [.. places.Select(i => i == Length - 1 ? 1f : float.NegativeInfinity)],
            [.. places.Select(i => i % 3 == 0 ? float.NaN : i % 7)],
            [.. places.Select(i => i < 4000 ? float.NaN : 3f)],
            [.. places.Select(i => i % 2 == 0 ? 0f : -0f)],
            [.. places.Select(i => i % 500 == 0 ? float.PositiveInfinity : i % 5 == 0 ? float.MaxValue : float.MinValue)],
            [.. places.Select(i => i * float.Epsilon)],
            [.. places.Select(_ => float.NegativeInfinity)],
            [.. places.Select(_ => float.NaN)],
            [.. places.Select(_ => float.PositiveInfinity)],
        ];
        foreach (float[] row in rows)
        {
            foreach (int k in (int[])[1, 9, 50, 200])
                AssertSelected(row, k, width);
        }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Any_row_agrees_with_a_sort(int width)
    {
        Gen<float> score = Gen.OneOf(
            Gen.Choose(-4, 4).Select(value => (float)value),
            Gen.Elements(float.NaN, float.NegativeInfinity, float.PositiveInfinity, -0f, float.Epsilon),
            Gen.Choose(-1_000_000, 1_000_000).Select(value => value / 977f));
        Gen<(float[] Scores, int K)> cases =
            from length in Gen.Choose(0, 600)
            from scores in Gen.ArrayOf(score, length)
            from k in Gen.Choose(0, 40)
            select (scores, k);
        Prop.ForAll(cases.ToArbitrary(), row => AssertSelected(row.Scores, row.K, width))
            .Check(Config.QuickThrowOnFailure.WithReplay(17, 29).WithMaxTest(200));
    }

    [Fact]
    public void Masked_items_are_never_selected()
    {
        float[] scores = [5, 4, 3, 2, 1];
        int[] indices = [-1, -1, -1];
        float[] values = new float[3];
        TopK.Mask(scores, [0, 2, 4]);
        int count = TopK.Select(scores, indices, values, new ulong[TopK.ScratchLength(5, 3)], SimdWidths.Widest);

        Assert.Equal(2, count);
        Assert.Equal([1, 3, -1], indices);
        Assert.Equal([4f, 2f], values[..2]);
    }

    [Fact]
    public void Masking_an_item_outside_the_row_is_refused() =>
        Assert.Throws<IndexOutOfRangeException>(() => TopK.Mask(new float[3], [3]));

    [Fact]
    public void Too_little_room_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TopK.Select(new float[9], new int[2], new float[1], new ulong[99], SimdWidths.Widest));
        Assert.Throws<ArgumentException>(() => TopK.Select(new float[9], new int[2], new float[2], new ulong[10], SimdWidths.Widest));
    }

    [Fact]
    public void Selecting_allocates_nothing()
    {
        float[] scores = [.. Enumerable.Range(0, 5000).Select(i => (float)(i * 7919L % 5003))];
        int[] indices = new int[20];
        float[] values = new float[20];
        ulong[] scratch = new ulong[TopK.ScratchLength(scores.Length, 20)];
        TopK.Select(scores, indices, values, scratch, SimdWidths.Widest);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TopK.Select(scores, indices, values, scratch, SimdWidths.Widest);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void AssertSelected(float[] scores, int k, int width)
    {
        int[] indices = new int[k];
        float[] values = new float[k];
        float[] untouched = [.. scores];
        int count = TopK.Select(scores, indices, values, new ulong[TopK.ScratchLength(scores.Length, k)], (SimdWidth)width);

        Assert.Equal(Expected(scores, k), indices[..count]);
        Assert.Equal(indices[..count].Select(index => scores[index]), values[..count]);
        Assert.Equal(untouched, scores);
    }

    private static int[] Expected(float[] scores, int k) =>
    [
        .. Enumerable.Range(0, scores.Length)
            .Where(index => scores[index] > float.NegativeInfinity)
            .OrderByDescending(index => scores[index])
            .ThenBy(index => index)
            .Take(k),
    ];
}
