using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class GatherTests
{
    [Theory]
    [InlineData(new[] { 2, 0, 2, 2, 4 })]
    [InlineData(new[] { 3 })]
    public void Gathered_rows_agree(int[] rows) =>
        GradientCheck.Run([(5, 19)], (tape, x) => tape.Gather(x[0], rows), x => Chosen(x[0], rows));

    [Fact]
    public void Gathering_no_rows_gives_no_gradient() =>
        GradientCheck.Run([(5, 3)], (tape, x) => tape.Sum(tape.Gather(x[0], Array.Empty<int>())), _ => Dense.Scalar(0));

    [Fact]
    public void Gathering_from_a_view_of_rows_reaches_the_rows_below_it() =>
        GradientCheck.Run(
            [(5, 3)], (tape, x) => tape.Gather(tape.Rows(x[0], 2, 3), new[] { 1, 1, 0 }), x => Chosen(x[0], [3, 3, 2]));

    private static double[,] Chosen(double[,] x, int[] rows) =>
        Dense.Create(rows.Length, x.GetLength(1), (r, c) => x[rows[r], c]);
}
