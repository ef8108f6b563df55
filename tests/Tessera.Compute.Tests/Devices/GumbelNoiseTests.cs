using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Devices;

public sealed class GumbelNoiseTests
{
    [Fact]
    public void The_noise_has_the_mean_and_variance_of_the_standard_Gumbel_distribution()
    {
        using var device = new Device(2);
        using Matrix zeros = new(400, 500), noise = new(400, 500);
        device.AddGumbelNoise(zeros, seed: 5, noise);
        double[] values = [.. noise.Span.ToArray().Select(v => (double)v)];
        double mean = values.Average(), variance = values.Average(v => (v - mean) * (v - mean));
        Assert.Equal(0.5772, mean, 0.01);
        Assert.Equal(Math.PI * Math.PI / 6, variance, 0.02);
        Assert.All(values, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void It_depends_on_seed_and_position_and_not_on_threads()
    {
        using Device one = new(1), three = new(3);
        using Matrix x = Noise.Matrix(300, 401, 1), a = new(300, 401), b = new(300, 401);
        one.AddGumbelNoise(x, seed: 6, a);
        three.AddGumbelNoise(x, seed: 6, b);
        Agreement.SameBits(a, b);
        one.AddGumbelNoise(x, seed: 7, b);
        Assert.False(Agreement.SameBits(a.Span, b.Span));
    }
}
