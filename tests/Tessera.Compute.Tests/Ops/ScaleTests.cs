using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class ScaleTests
{
    [Fact]
    public void Multiples_agree() =>
        GradientCheck.Run([(3, 7)], (tape, x) => tape.Scale(-2.5f, x[0]), x => x[0].Map((r, c) => -2.5 * x[0][r, c]));
}
