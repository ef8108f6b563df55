using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Devices;

public sealed class FlopsTests
{
    [Fact]
    public void A_device_counts_the_flops_of_its_products()
    {
        using var device = new Device(1);
        using Matrix a = Noise.Matrix(5, 7, 1), b = Noise.Matrix(7, 3, 2), c = new(5, 3), sums = new(5, 1);
        device.MatMul(a, false, b, false, c);
        Assert.Equal(2 * 5 * 7 * 3, device.DenseFlops);
        Assert.Equal(0, device.SparseFlops);

        device.LogSumScores(c, c, null, 1f, sums, null, null, null);
        Assert.Equal((2 * 5 * 7 * 3) + (2 * 5 * 5 * 3), device.DenseFlops);

        CsrMatrix s = CsrMatrix.FromEntries(2, 5, [(0, 1, 1f), (0, 4, 2f), (1, 2, 3f)]);
        using Matrix y = new(2, 3);
        device.SparseMatMul(s, c, null, y);
        Assert.Equal(2 * 3 * 3, device.SparseFlops);
    }
}
