namespace Tessera.Compute.Tests.Autograd;

public sealed class ConcatRowsTests
{
    [Fact]
    public void Stacked_rows_and_their_gradients_meet_the_twin() =>
        DoubleTwin.Check(
            (tape, x) => tape.ConcatRows(x[0], x[1], x[0]),
            x => Stacked(x[0], x[1], x[0]),
            DoubleTwin.Noise(2, 5, 1), DoubleTwin.Noise(3, 5, 2));

    [Fact]
    public void An_empty_part_adds_no_rows() =>
        DoubleTwin.Check(
            (tape, x) => tape.ConcatRows(x[0], x[1]), x => Stacked(x[0], x[1]), DoubleTwin.Noise(0, 3, 1), DoubleTwin.Noise(2, 3, 2));

    private static double[,] Stacked(params double[][,] parts)
    {
        var result = new double[parts.Sum(part => part.GetLength(0)), parts[0].GetLength(1)];
        int row = 0;
        foreach (double[,] part in parts)
            for (int r = 0; r < part.GetLength(0); r++, row++)
                for (int c = 0; c < part.GetLength(1); c++) result[row, c] = part[r, c];
        return result;
    }
}
