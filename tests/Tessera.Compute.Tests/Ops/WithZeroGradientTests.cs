using Tessera.Compute.Ops;
using Tessera.Compute.Tests.Autograd;

namespace Tessera.Compute.Tests.Ops;

public sealed class WithZeroGradientTests
{
    [Fact]
    public void The_value_and_gradient_of_x_pass_and_z_gets_zeros() =>
        GradientCheck.Run([(3, 5), (4, 2)], (tape, x) => tape.WithZeroGradient(x[0], x[1]), x => x[0]);
}
