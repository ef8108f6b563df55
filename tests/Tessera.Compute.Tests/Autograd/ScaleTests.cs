namespace Tessera.Compute.Tests.Autograd;

public sealed class ScaleTests
{
    [Fact]
    public void A_multiple_and_its_gradient_meet_the_twin() =>
        DoubleTwin.Check(
            (tape, x) => tape.Scale(-2.5f, x[0]),
            x =>
            {
                var result = new double[3, 7];
                for (int r = 0; r < 3; r++)
                    for (int c = 0; c < 7; c++) result[r, c] = -2.5 * x[0][r, c];
                return result;
            },
            DoubleTwin.Noise(3, 7, 1));
}
