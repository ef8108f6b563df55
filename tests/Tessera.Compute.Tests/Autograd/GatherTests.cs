using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class GatherTests
{
    [Theory]
    [InlineData(new[] { 2, 0, 2, 2, 4 })]
    [InlineData(new[] { 3 })]
    [InlineData(new int[0])]
    public void Gathered_rows_and_their_gradients_meet_the_twin(int[] rows) =>
        DoubleTwin.Check((tape, x) => tape.Gather(x[0], rows), x => Chosen(x[0], rows), DoubleTwin.Noise(5, 19, 1));

    [Fact]
    public void Gathering_from_a_view_of_rows_reaches_the_rows_below_it() =>
        DoubleTwin.Check(
            (tape, x) => tape.Gather(tape.Rows(x[0], 2, 3), new[] { 1, 1, 0 }),
            x => Chosen(x[0], [3, 3, 2]),
            DoubleTwin.Noise(5, 3, 2));

    [Fact]
    public void A_row_outside_is_refused()
    {
        using var device = new CpuDevice(1);
        using var tape = new Tape(device);
        using var x = new Matrix(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Gather(tape.Constant(x), new[] { 3 }));
    }

    private static double[,] Chosen(double[,] x, int[] rows)
    {
        var result = new double[rows.Length, x.GetLength(1)];
        for (int r = 0; r < rows.Length; r++)
            for (int c = 0; c < x.GetLength(1); c++) result[r, c] = x[rows[r], c];
        return result;
    }
}
