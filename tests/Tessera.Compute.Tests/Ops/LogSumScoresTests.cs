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

    private static double[,] Total(double[,] logarithms) => new[,] { { logarithms.Cast<double>().Sum() } };
}
