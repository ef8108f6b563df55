namespace Tessera.Compute.Tests.Autograd;

public sealed class RowDotsTests
{
    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 37)]
    [InlineData(0, 5)]
    public void Row_dots_and_their_gradients_meet_the_twin(int rows, int columns) =>
        DoubleTwin.Check(
            (tape, x) => tape.RowDots(x[0], x[1]), x => Dots(x[0], x[1]),
            DoubleTwin.Noise(rows, columns, 1), DoubleTwin.Noise(rows, columns, 2));

    [Fact]
    public void A_matrix_with_itself_gives_squares() =>
        DoubleTwin.Check((tape, x) => tape.RowDots(x[0], x[0]), x => Dots(x[0], x[0]), DoubleTwin.Noise(4, 6, 3));

    internal static double[,] Dots(double[,] a, double[,] b)
    {
        var result = new double[a.GetLength(0), 1];
        for (int r = 0; r < a.GetLength(0); r++)
            for (int c = 0; c < a.GetLength(1); c++) result[r, 0] += a[r, c] * b[r, c];
        return result;
    }
}
