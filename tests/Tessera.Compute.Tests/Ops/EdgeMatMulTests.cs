using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class EdgeMatMulTests
{
    private static readonly CsrMatrix Pattern = Noise.Sparse(5, 4, perRow: 3, seed: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(21)]
    public void Products_agree_with_computed_values(int width) =>
        GradientCheck.Run(
            [(Pattern.Count, 1), (4, width)],
            (tape, x) => tape.EdgeMatMul(Pattern, x[0], x[1]),
            x => Twin.EdgeMatMul(Pattern, x[0], x[1]));

    [Fact]
    public void Products_plus_an_addend_agree() =>
        GradientCheck.Run(
            [(Pattern.Count, 1), (4, 9), (5, 9)],
            (tape, x) => tape.EdgeMatMul(Pattern, x[0], x[1], x[2]),
            x => Twin.EdgeMatMul(Pattern, x[0], x[1]).Plus(x[2]));

    [Fact]
    public void The_right_side_can_be_the_addend()
    {
        CsrMatrix square = Noise.Sparse(5, 5, perRow: 3, seed: 2);
        GradientCheck.Run(
            [(square.Count, 1), (5, 6)],
            (tape, x) => tape.EdgeMatMul(square, x[0], x[1], addend: x[1]),
            x => Twin.EdgeMatMul(square, x[0], x[1]).Plus(x[1]));
    }
}
