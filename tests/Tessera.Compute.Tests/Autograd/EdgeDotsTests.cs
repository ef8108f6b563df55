using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class EdgeDotsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    public void Dots_along_entries_and_their_gradients_meet_the_twin(int width)
    {
        CsrMatrix pattern = Pattern.Create();
        DoubleTwin.Check(
            (tape, x) => tape.EdgeDots(pattern, x[0], x[1]), x => Dots(x[0], x[1]), DoubleTwin.Noise(4, width, 1), DoubleTwin.Noise(5, width, 2));
    }

    [Fact]
    public void Dots_of_a_matrix_with_itself_collect_both_gradients()
    {
        CsrMatrix square = Pattern.Create(columns: 5);
        CsrMatrix pattern = new(5, 5, [.. square.RowStarts, square.Count], square.ColumnIndices.ToArray(), square.Values.ToArray());
        DoubleTwin.Check((tape, x) => tape.EdgeDots(pattern, x[0], x[0]), x => Dots(x[0], x[0]), DoubleTwin.Noise(5, 6, 3));
    }

    [Fact]
    public void No_entries_give_no_values()
    {
        var pattern = new CsrMatrix(2, 3, [0, 0, 0], [], []);
        DoubleTwin.Check(
            (tape, x) => tape.EdgeDots(pattern, x[0], x[1]), _ => new double[0, 1], DoubleTwin.Noise(2, 4, 1), DoubleTwin.Noise(3, 4, 2));
    }

    private static double[,] Dots(double[,] a, double[,] b)
    {
        var values = new double[Pattern.Entries, 1];
        for (int e = 0; e < Pattern.Entries; e++) values[e, 0] = Pattern.Dot(a, Pattern.Places[e].Row, b, Pattern.Places[e].Column);
        return values;
    }
}
