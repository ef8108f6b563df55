using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class ConcatRowsTests
{
    [Fact]
    public void Stacked_rows_agree() => GradientCheck.Run(
        [(2, 5), (3, 5)], (tape, x) => tape.ConcatRows(x[0], x[1], x[0]), x => x[0].Above(x[1]).Above(x[0]));

    [Fact]
    public void A_part_of_another_width_is_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using Parameter narrow = new("narrow", new Matrix(2, 3)), wide = new("wide", new Matrix(2, 4));
        var error = Assert.Throws<ArgumentException>(() => tape.ConcatRows(tape.Use(narrow), tape.Use(wide)));
        Assert.StartsWith("A matrix of 4 columns cannot stand above or below one of 3.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_part_adds_no_rows() => GradientCheck.Run(
        [(2, 3)], (tape, x) => tape.ConcatRows(tape.Rows(x[0], 0, 0), x[0]), x => x[0]);
}
