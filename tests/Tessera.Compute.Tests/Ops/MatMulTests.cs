using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class MatMulTests
{
    [Theory]
    [InlineData(false, false, 7, 13, 9)]
    [InlineData(true, false, 7, 13, 9)]
    [InlineData(false, true, 7, 13, 9)]
    [InlineData(true, true, 7, 13, 9)]
    [InlineData(false, false, 1, 1, 1)]
    [InlineData(true, true, 1, 17, 33)]
    [InlineData(false, true, 13, 1, 5)]
    public void Gradients_agree_in_every_case_of_transposition(bool transposeA, bool transposeB, int m, int n, int k) =>
        GradientCheck.Run(
            [transposeA ? (k, m) : (m, k), transposeB ? (n, k) : (k, n)],
            (tape, x) => tape.MatMul(x[0], x[1], transposeA, transposeB),
            x => Dense.MatMul(x[0], x[1], transposeA, transposeB));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Gradients_agree_for_the_product_of_a_matrix_with_itself(bool transposeA, bool transposeB) =>
        GradientCheck.Run(
            [(6, 6)],
            (tape, x) => tape.MatMul(x[0], x[0], transposeA, transposeB),
            x => Dense.MatMul(x[0], x[0], transposeA, transposeB));
}
