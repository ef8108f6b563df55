using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Autograd;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Ops;

public sealed class GumbelSoftmaxTests
{
    private const float Temperature = 0.7f;

    [Theory]
    [InlineData(4, 3)]
    [InlineData(2, 19)]
    public void Without_noise_it_agrees_with_a_softmax_at_the_temperature(int rows, int columns) =>
        GradientCheck.Run(
            [(rows, columns)], (tape, x) => tape.GumbelSoftmax(x[0], Temperature, null), x => Softmax(x[0], new double[rows, columns]));

    [Fact]
    public void With_noise_it_agrees_with_a_softmax_of_the_sum()
    {
        using var device = new Device(1);
        using Matrix zeros = new(5, 6), noise = new(5, 6);
        device.AddGumbelNoise(zeros, new Rng(8).NextUInt64(), noise);
        double[,] added = Dense.Of(noise);
        GradientCheck.Run([(5, 6)], (tape, x) => tape.GumbelSoftmax(x[0], Temperature, new Rng(8)), x => Softmax(x[0], added));
    }

    private static double[,] Softmax(double[,] x, double[,] noise) => x.Map((r, c) =>
    {
        double sum = 0;
        for (int k = 0; k < x.GetLength(1); k++) sum += Math.Exp((x[r, k] + noise[r, k]) / Temperature);
        return Math.Exp((x[r, c] + noise[r, c]) / Temperature) / sum;
    });
}
