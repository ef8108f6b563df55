using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class CosineTransformTests : DeviceTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Both_directions_agree_with_the_definition_also_in_place_and_after_a_longer_one(int threads)
    {
        using var device = new Device(threads);
        foreach ((int length, int columns) in ((int, int)[])[(1, 1), (3, 0), (7, 33), (96, 65), (101, 97), (12, 31)])
        {
            var plan = new DctPlan(length);
            using Matrix x = Noise.Matrix(length, columns, 1);
            double[,] cosines = Twin.Cosines(length);
            double[,] forward = Dense.MatMul(cosines, Dense.Of(x)), inverse = Dense.MatMul(cosines, Dense.Of(x), transposeA: true);
            Agreement.Overwrites(forward, result => device.CosineTransform(plan, DctDirection.Forward, x, result), tolerance: 1e-5);
            Agreement.Overwrites(inverse, result => device.CosineTransform(plan, DctDirection.Inverse, x, result), tolerance: 1e-5);
            device.CosineTransform(plan, DctDirection.Forward, x, x);
            Agreement.Check(forward, x, tolerance: 1e-5, label: "in place");
        }
    }
}
