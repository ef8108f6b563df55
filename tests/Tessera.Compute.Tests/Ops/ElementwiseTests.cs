using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class ElementwiseTests
{
    [Fact]
    public void Combinations_agree() =>
        GradientCheck.Run([(7, 9), (7, 9)], (tape, x) => tape.Combine(1.5f, x[0], -0.5f, x[1]), x => Dense.Combine(1.5, x[0], -0.5, x[1]));

    [Fact]
    public void Combinations_of_a_matrix_with_itself_agree() =>
        GradientCheck.Run([(7, 9)], (tape, x) => tape.Combine(1.5f, x[0], -0.75f, x[0]), x => Dense.Combine(1.5, x[0], -0.75, x[0]));

    [Fact]
    public void Sums_agree() => GradientCheck.Run([(3, 33), (3, 33)], (tape, x) => tape.Add(x[0], x[1]), x => x[0].Plus(x[1]));

    [Theory]
    [InlineData(1f)]
    [InlineData(0.2f)]
    public void Bias_and_activation_agree(float slope) =>
        GradientCheck.Run(
            [(7, 19), (1, 19)], (tape, x) => tape.BiasActivation(x[0], x[1], slope), x => Twin.BiasActivation(x[0], x[1], slope));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(7, 33)]
    public void Softmax_agrees(int rows, int columns) =>
        GradientCheck.Run([(rows, columns)], (tape, x) => tape.Softmax(x[0]), x => Twin.Softmax(x[0]));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 7)]
    [InlineData(4, 2, 17)]
    public void Scaled_chunks_agree(int rows, int chunks, int width) =>
        GradientCheck.Run(
            [(rows, chunks * width), (rows, chunks)], (tape, x) => tape.ScaleChunks(x[0], x[1]), x => Twin.ScaleChunks(x[0], x[1]));

    [Fact]
    public void A_matrix_scaled_by_itself_agrees() =>
        GradientCheck.Run([(5, 3)], (tape, x) => tape.ScaleChunks(x[0], x[0]), x => Twin.ScaleChunks(x[0], x[0]));

    [Fact]
    public void The_mean_square_agrees() =>
        GradientCheck.Run([(7, 9)], (tape, x) => tape.MeanSquare(x[0]), x => Dense.Scalar(Twin.MeanSquare(x[0])));
}
