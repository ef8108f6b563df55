namespace Tessera.Compute.Tests.Autograd;

public sealed class NormalizeRowsTests
{
    [Theory]
    [InlineData(5, 2)]
    [InlineData(3, 35)]
    [InlineData(0, 4)]
    public void Unit_rows_and_their_gradients_meet_the_twin(int rows, int columns) =>
        DoubleTwin.Check((tape, x) => tape.NormalizeRows(x[0]), x => UnitRows(x[0]), DoubleTwin.Noise(rows, columns, 1));

    private static double[,] UnitRows(double[,] x)
    {
        var result = new double[x.GetLength(0), x.GetLength(1)];
        double[,] squares = RowDotsTests.Dots(x, x);
        for (int r = 0; r < x.GetLength(0); r++)
            for (int c = 0; c < x.GetLength(1); c++) result[r, c] = x[r, c] / Math.Sqrt(squares[r, 0]);
        return result;
    }
}
