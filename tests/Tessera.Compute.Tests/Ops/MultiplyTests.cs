using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class MultiplyTests
{
    [Fact]
    public void Products_agree() => GradientCheck.Run(
        [(3, 11), (3, 11)], (tape, x) => tape.Multiply(x[0], x[1]), x => x[0].Map((r, c) => x[0][r, c] * x[1][r, c]));

    [Fact]
    public void A_matrix_with_itself_gives_squares() =>
        GradientCheck.Run([(2, 21)], (tape, x) => tape.Multiply(x[0], x[0]), x => x[0].Map((r, c) => x[0][r, c] * x[0][r, c]));
}
