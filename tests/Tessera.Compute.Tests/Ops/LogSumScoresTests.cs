using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class LogSumScoresTests
{
    private const float Scale = 1.7f;

    [Theory]
    [InlineData(5, 7, 3)]
    [InlineData(2, 1, 9)]
    [InlineData(1, 40, 4)]
    public void Logarithms_of_sums_agree(int queries, int keys, int width) =>
        GradientCheck.Run(
            [(queries, width), (keys, width)],
            (tape, x) => tape.LogSumScores(x[0], x[1], Scale),
            x => Total(Twin.LogSumScores(x[0], x[1], Scale, null)));

    [Fact]
    public void Other_rows_join_the_sum_but_for_the_own_one() =>
        GradientCheck.Run(
            [(6, 5), (4, 5), (6, 5)],
            (tape, x) => tape.LogSumScores(x[0], x[1], Scale, x[2]),
            x => Total(Twin.LogSumScores(x[0], x[1], Scale, x[2])));

    [Fact]
    public void The_queries_themselves_can_be_the_others() =>
        GradientCheck.Run(
            [(21, 3), (21, 3)],
            (tape, x) => tape.LogSumScores(x[0], x[1], Scale, x[0]),
            x => Total(Twin.LogSumScores(x[0], x[1], Scale, x[0])));

    [Theory]
    [InlineData(7, 3, new[] { -1, 2, 2, 6, -1 })]
    [InlineData(1, 5, new[] { 0, -1, 0, 0, -1 })]
    public void A_positive_counts_once_beside_the_keys_whether_or_not_it_is_among_them(int keys, int width, int[] hits) =>
        GradientCheck.Run(
            [(hits.Length, width), (hits.Length, width), (keys, width)],
            (tape, x) => tape.LogSumSampledScores(x[0], x[1], x[2], hits, Scale),
            x => Total(Twin.LogSumSampledScores(x[0], x[1], x[2], hits, Scale)));

    private static double[,] Total(double[,] logarithms) => new[,] { { logarithms.Cast<double>().Sum() } };
}
