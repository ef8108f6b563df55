using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class SegmentSoftmaxTests
{
    [Fact]
    public void Softmax_within_rows_agrees_with_empty_rows()
    {
        CsrMatrix pattern = Noise.Sparse(9, 7, perRow: 4, seed: 1);
        GradientCheck.Run(
            [(pattern.Count, 1)], (tape, x) => tape.SegmentSoftmax(pattern, x[0]), x => Twin.SegmentSoftmax(pattern, x[0]));
    }
}
