using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;

namespace Tessera.Compute.Tests.Devices;

/// <summary>What the tests of the device share: a device of each vector width and shapes with every kind of remainder.</summary>
public abstract class DeviceTest
{
    /// <summary>All widths: those the hardware lacks work in software.</summary>
    public static TheoryData<int> Widths => [.. Enum.GetValues<SimdWidth>().Select(width => (int)width)];

    /// <summary>Empty, odd and whole shapes; the last is of several parts.</summary>
    internal static readonly (int Rows, int Columns)[] Shapes =
    [
        (0, 5), (5, 0), (1, 1), (3, 7), (7, 13), (13, 17), (17, 31), (31, 33), (33, 63), (63, 65), (65, 97), (97, 3), (1, 128), (40, 64),
        (701, 97),
    ];

    /// <summary>A device that shares out small work, too, so that small shapes are of several parts.</summary>
    internal static Device Create(int width) => new(threads: 2, (SimdWidth)width, elementsAlone: 0);
}
