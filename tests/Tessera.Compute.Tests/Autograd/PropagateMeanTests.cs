using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

public sealed class PropagateMeanTests
{
    // Not symmetric, one row empty.
    private static readonly (int Row, int Column, float Value)[] Entries =
        [(0, 1, 0.5f), (0, 3, -1f), (1, 0, 2f), (3, 1, 0.25f), (3, 3, 0.75f)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_mean_over_layers_and_its_gradient_meet_the_twin(int layers)
    {
        CsrMatrix s = CsrMatrix.FromEntries(4, 4, [.. Entries]);
        DoubleTwin.Check((tape, x) => tape.PropagateMean(s, x[0], layers), x => Mean(x[0], layers), DoubleTwin.Noise(4, 5, 1));
    }

    private static double[,] Mean(double[,] x, int layers)
    {
        double[,] layer = x, mean = new double[4, 5];
        for (int l = 0; l <= layers; l++)
        {
            for (int r = 0; r < 4; r++)
                for (int c = 0; c < 5; c++) mean[r, c] += layer[r, c] / (layers + 1);
            var next = new double[4, 5];
            foreach ((int row, int column, float value) in Entries)
                for (int c = 0; c < 5; c++) next[row, c] += value * layer[column, c];
            layer = next;
        }

        return mean;
    }
}
