using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class SumTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Sums_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1);
            double expected = Dense.Of(x).Cast<double>().Sum();
            Assert.Equal(expected, device.Sum(x), 1e-6 * Math.Max(1, x.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Filling_can_add(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
            Agreement.Accumulates(Dense.Create(rows, columns, (_, _) => 2.5), result => device.Fill(result, 2.5f, accumulate: true));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Sums_are_the_same_bits_for_any_number_of_threads(int width)
    {
        using Matrix x = Noise.Matrix(301, 997, 3);
        using Device one = new(1, (SimdWidth)width), three = new(3, (SimdWidth)width);
        Assert.Equal(one.Sum(x), three.Sum(x));
    }
}
