using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class StackNormalizedTests
{
    [Theory]
    [InlineData(1, 3, 4, 5)]
    [InlineData(2, 1, 7, 17)]
    [InlineData(3, 5, 2, 33)]
    public void Gradients_agree_for_any_number_of_chunks(int chunks, int tops, int bottoms, int columns)
    {
        (int, int)[] shapes = [.. Enumerable.Repeat((tops, columns), chunks), .. Enumerable.Repeat((bottoms, columns), chunks)];
        GradientCheck.Run(
            shapes,
            (tape, x) => tape.StackNormalized(x.AsSpan(0, chunks), x.AsSpan(chunks)),
            x => Enumerable.Range(0, chunks)
                .Select(c => Twin.NormalizeRows(x[c]).Above(Twin.NormalizeRows(x[chunks + c])))
                .Aggregate(Dense.Beside));
    }

    [Fact]
    public void Gradients_agree_where_a_matrix_stands_in_several_places() =>
        GradientCheck.Run(
            [(3, 5), (3, 5)],
            (tape, x) => tape.StackNormalized([x[0], x[0]], [x[1], x[0]]),
            x => Twin.NormalizeRows(x[0]).Above(Twin.NormalizeRows(x[1])).Beside(Twin.NormalizeRows(x[0]).Above(Twin.NormalizeRows(x[0]))));

    [Fact]
    public void A_zero_row_stays_zero_and_its_gradient_is_divided_by_the_smallest_norm()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using Parameter top = new("top", new Matrix(2, 3)), bottom = new("bottom", Noise.Matrix(1, 3, 1));
        top.Value[1, 0] = 2f;
        using Matrix shift = Matrix.From(new[,] { { 1f, 2f, 3f }, { 0f, 0f, 0f }, { 0f, 0f, 0f } });

        Variable stacked = tape.StackNormalized([tape.Use(top)], [tape.Use(bottom)]);
        Assert.Equal([0f, 0f, 0f, 1f, 0f, 0f], stacked.Value.Span[..6].ToArray());
        tape.Backward(tape.MeanSquare(tape.Add(stacked, tape.Constant(shift))));

        Agreement.Check(new[,] { { 2 / 9e-12, 4 / 9e-12, 6 / 9e-12 }, { 0, 0, 0 } }, top.Gradient!);
    }

    [Fact]
    public void Chunks_that_do_not_fit_the_grid_are_refused()
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        Variable x = tape.Constant(new Matrix(3, 4)), shorter = tape.Constant(new Matrix(2, 4)), narrower = tape.Constant(new Matrix(3, 2));

        Assert.ThrowsAny<ArgumentException>(() => tape.StackNormalized([], []));
        Assert.ThrowsAny<ArgumentException>(() => tape.StackNormalized([x, x], [x]));
        Assert.ThrowsAny<ArgumentException>(() => tape.StackNormalized([x, shorter], [x, x]));
        Assert.ThrowsAny<ArgumentException>(() => tape.StackNormalized([x, x], [x, shorter]));
        Assert.ThrowsAny<ArgumentException>(() => tape.StackNormalized([x, narrower], [x, narrower]));
    }
}
