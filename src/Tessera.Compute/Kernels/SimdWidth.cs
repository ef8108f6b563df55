using System.Runtime.Intrinsics;

namespace Tessera.Compute.Kernels;

/// <summary>The vector widths every kernel is compiled for, in bits.</summary>
internal enum SimdWidth
{
    Scalar = 32,
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}

/// <summary>Which vector widths this machine has.</summary>
internal static class SimdWidths
{
    /// <summary>The widest that the hardware accelerates.</summary>
    public static SimdWidth Widest =>
        Vector512.IsHardwareAccelerated ? SimdWidth.Bits512
        : Vector256.IsHardwareAccelerated ? SimdWidth.Bits256
        : Vector128.IsHardwareAccelerated ? SimdWidth.Bits128
        : SimdWidth.Scalar;
}
