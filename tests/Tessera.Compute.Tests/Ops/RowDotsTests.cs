using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class RowDotsTests
{
    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 37)]
    public void Row_dots_agree(int rows, int columns) =>
        GradientCheck.Run([(rows, columns), (rows, columns)], (tape, x) => tape.RowDots(x[0], x[1]), x => Twin.RowProducts(x[0], x[1]));

    [Fact]
    public void A_matrix_with_itself_gives_squares() =>
        GradientCheck.Run([(4, 6)], (tape, x) => tape.RowDots(x[0], x[0]), x => Twin.RowProducts(x[0], x[0]));
}
