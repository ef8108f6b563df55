namespace Tessera.Compute.Tests.Autograd;

public sealed class MultiplyTests
{
    [Theory]
    [InlineData(3, 11)]
    [InlineData(0, 4)]
    public void Products_and_their_gradients_meet_the_twin(int rows, int columns) =>
        DoubleTwin.Check(
            (tape, x) => tape.Multiply(x[0], x[1]), x => Products(x[0], x[1]),
            DoubleTwin.Noise(rows, columns, 1), DoubleTwin.Noise(rows, columns, 2));

    [Fact]
    public void A_matrix_with_itself_gives_squares() =>
        DoubleTwin.Check((tape, x) => tape.Multiply(x[0], x[0]), x => Products(x[0], x[0]), DoubleTwin.Noise(2, 21, 3));

    private static double[,] Products(double[,] a, double[,] b)
    {
        var result = new double[a.GetLength(0), a.GetLength(1)];
        for (int r = 0; r < a.GetLength(0); r++)
            for (int c = 0; c < a.GetLength(1); c++) result[r, c] = a[r, c] * b[r, c];
        return result;
    }
}
