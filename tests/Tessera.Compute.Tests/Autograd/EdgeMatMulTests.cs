using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class EdgeMatMulTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(21)]
    public void Products_and_gradients_of_values_and_both_sides_meet_the_twin(int width)
    {
        CsrMatrix pattern = Pattern.Create();
        DoubleTwin.Check(
            (tape, x) => tape.EdgeMatMul(pattern, x[0], x[1], x[2]),
            x =>
            {
                double[,] product = Pattern.Product(Pattern.Dense(x[0]), x[1]);
                for (int r = 0; r < product.GetLength(0); r++)
                    for (int c = 0; c < product.GetLength(1); c++) product[r, c] += x[2][r, c];
                return product;
            },
            DoubleTwin.Noise(Pattern.Entries, 1, 1), DoubleTwin.Noise(5, width, 2), DoubleTwin.Noise(4, width, 3));
    }

    [Fact]
    public void Without_an_addend_an_empty_row_gives_zeros()
    {
        CsrMatrix pattern = Pattern.Create();
        DoubleTwin.Check(
            (tape, x) => tape.EdgeMatMul(pattern, x[0], x[1]),
            x => Pattern.Product(Pattern.Dense(x[0]), x[1]),
            DoubleTwin.Noise(Pattern.Entries, 1, 4), DoubleTwin.Noise(5, 3, 5));
    }
}
