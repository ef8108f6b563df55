using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class EdgeDotsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    public void Dots_along_entries_agree_with_empty_rows_and_repeated_columns(int width)
    {
        CsrMatrix pattern = Noise.Sparse(5, 4, perRow: 3, seed: 1);
        GradientCheck.Run(
            [(5, width), (4, width)], (tape, x) => tape.EdgeDots(pattern, x[0], x[1]), x => Twin.EdgeDots(pattern, x[0], x[1]));
    }

    [Fact]
    public void Dots_of_a_matrix_with_itself_collect_both_gradients()
    {
        CsrMatrix pattern = Noise.Sparse(6, 6, perRow: 3, seed: 2);
        GradientCheck.Run([(6, 7)], (tape, x) => tape.EdgeDots(pattern, x[0], x[0]), x => Twin.EdgeDots(pattern, x[0], x[0]));
    }

    [Fact]
    public void A_pattern_without_entries_gives_no_gradient()
    {
        CsrMatrix pattern = CsrMatrix.FromEntries(3, 2, []);
        GradientCheck.Run([(3, 4), (2, 4)], (tape, x) => tape.Sum(tape.EdgeDots(pattern, x[0], x[1])), _ => Dense.Scalar(0));
    }
}
