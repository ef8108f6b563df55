using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class PropagateMeanTests
{
    private static readonly CsrMatrix Square = Noise.Sparse(13, 13, perRow: 4, seed: 2);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Means_over_layers_agree(int layers) => GradientCheck.Run(
        [(13, 7)],
        (tape, x) => tape.PropagateMean(Square, x[0], layers),
        x =>
        {
            double[,] sum = Twin.PropagateSum(Dense.Of(Square), x[0], layers);
            return sum.Map((r, c) => sum[r, c] / (layers + 1));
        });
}
