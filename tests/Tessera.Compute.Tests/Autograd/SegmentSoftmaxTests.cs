using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class SegmentSoftmaxTests
{
    [Fact]
    public void Softmax_within_rows_and_its_gradient_meet_the_twin()
    {
        CsrMatrix pattern = Pattern.Create();
        DoubleTwin.Check((tape, x) => tape.SegmentSoftmax(pattern, x[0]), x => Softmax(x[0]), DoubleTwin.Noise(Pattern.Entries, 1, 1));
    }

    private static double[,] Softmax(double[,] x)
    {
        var result = new double[Pattern.Entries, 1];
        for (int e = 0; e < Pattern.Entries; e++)
        {
            int row = Pattern.Places[e].Row;
            double sum = Enumerable.Range(0, Pattern.Entries).Where(f => Pattern.Places[f].Row == row).Sum(f => Math.Exp(x[f, 0]));
            result[e, 0] = Math.Exp(x[e, 0]) / sum;
        }

        return result;
    }
}
