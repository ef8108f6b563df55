using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class ConcatRowsTests
{
    [Fact]
    public void Stacked_rows_agree() => GradientCheck.Run(
        [(2, 5), (3, 5)], (tape, x) => tape.ConcatRows(x[0], x[1], x[0]), x => x[0].Above(x[1]).Above(x[0]));

    [Fact]
    public void An_empty_part_adds_no_rows() => GradientCheck.Run(
        [(2, 3)], (tape, x) => tape.ConcatRows(tape.Rows(x[0], 0, 0), x[0]), x => x[0]);
}
