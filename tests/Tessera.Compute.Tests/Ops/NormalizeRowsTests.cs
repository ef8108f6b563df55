using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class NormalizeRowsTests
{
    [Theory]
    [InlineData(5, 2)]
    [InlineData(3, 35)]
    public void Unit_rows_agree(int rows, int columns) =>
        GradientCheck.Run([(rows, columns)], (tape, x) => tape.NormalizeRows(x[0]), x => Twin.NormalizeRows(x[0]));
}
