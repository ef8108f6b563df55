using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData(0, 40)]
    [InlineData(3, 1)]
    [InlineData(5, 17)]
    [InlineData(7, 33)]
    public void Gradients_of_columns_agree(int column, int count) =>
        GradientCheck.Run([(9, 40)], (tape, x) => tape.Columns(x[0], column, count), x => x[0].Block(0, column, 9, count));

    [Fact]
    public void Gradients_of_overlapping_columns_add_up() =>
        GradientCheck.Run(
            [(9, 40)],
            (tape, x) => tape.Add(tape.Columns(x[0], 0, 20), tape.Columns(x[0], 13, 20)),
            x => x[0].Block(0, 0, 9, 20).Plus(x[0].Block(0, 13, 9, 20)));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    public void Gradients_of_matrices_side_by_side_agree(int width) =>
        GradientCheck.Run(
            [(5, width), (5, 2), (5, 9)],
            (tape, x) => tape.ConcatColumns([x[0], x[1], x[2], x[0]]),
            x => x[0].Beside(x[1]).Beside(x[2]).Beside(x[0]));

    [Fact]
    public void Columns_outside_and_matrices_of_other_heights_are_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        Variable x = tape.Constant(new Matrix(3, 4)), shorter = tape.Constant(new Matrix(2, 4));

        Assert.ThrowsAny<ArgumentException>(() => tape.Columns(x, 2, 3));
        Assert.ThrowsAny<ArgumentException>(() => tape.Columns(x, -1, 3));
        Assert.ThrowsAny<ArgumentException>(() => tape.ConcatColumns([]));
        Assert.ThrowsAny<ArgumentException>(() => tape.ConcatColumns([x, shorter]));
        Assert.ThrowsAny<ArgumentException>(() => tape.ConcatColumns([shorter, x]));
    }
}
