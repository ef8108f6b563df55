using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class PropagationTests
{
    private static readonly CsrMatrix Wide = Noise.Sparse(11, 17, perRow: 4, seed: 1);
    private static readonly CsrMatrix Square = Noise.Sparse(13, 13, perRow: 4, seed: 2);

    [Fact]
    public void Sparse_products_agree() =>
        GradientCheck.Run([(17, 7)], (tape, x) => tape.SparseMatMul(Wide, x[0]), x => Dense.MatMul(Dense.Of(Wide), x[0]));

    [Fact]
    public void Sparse_products_with_an_addend_agree() =>
        GradientCheck.Run(
            [(17, 7), (11, 7)],
            (tape, x) => tape.SparseMatMul(Wide, x[0], x[1]),
            x => Dense.MatMul(Dense.Of(Wide), x[0]).Plus(x[1]));

    [Fact]
    public void Sparse_products_with_the_operand_itself_as_addend_agree() =>
        GradientCheck.Run(
            [(13, 35)],
            (tape, x) => tape.SparseMatMul(Square, x[0], x[0]),
            x => Dense.MatMul(Dense.Of(Square), x[0]).Plus(x[0]));

    [Fact]
    public void A_matrix_without_entries_passes_no_gradient() =>
        GradientCheck.Run(
            [(3, 5)], (tape, x) => tape.SparseMatMul(CsrMatrix.FromEntries(4, 3, []), x[0]), x => new double[4, x[0].GetLength(1)]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sums_over_layers_agree(int layers) =>
        GradientCheck.Run(
            [(13, 7)],
            (tape, x) => tape.PropagateSum(Square, x[0], layers),
            x => Twin.PropagateSum(Dense.Of(Square), x[0], layers));
}
