using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Compute.Kernels;

/// <summary>32 bytes at a time (AVX2).</summary>
internal readonly unsafe struct Bytes256 : IByteSimd<Vector256<byte>>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast(sbyte* four) => Vector256.Create(*(int*)four).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> MultiplyPairs(Vector256<byte> unsigned, Vector256<byte> signed) =>
        Avx2.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddShorts(Vector256<byte> left, Vector256<byte> right) => (left.AsInt16() + right.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddPairs(Vector256<byte> sums, Vector256<byte> shorts) =>
        (sums.AsInt32() + Avx2.MultiplyAddAdjacent(shorts.AsInt16(), Vector256<short>.One)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(int* target, Vector256<byte> sums) => Vector256.Store(sums.AsInt32(), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MayExceed(int* sums, in QuantizedRow row, float* scales, float* lengths, float* errors, float* thresholds)
    {
        Vector256<float> dots = Vector256.ConvertToSingle(Vector256.Load(sums) - Vector256.Create(row.Shift)) * Vector256.Load(scales);
        Vector256<float> margin = (Vector256.Create(row.Error) * Vector256.Load(lengths)) + (Vector256.Create(row.Length) * Vector256.Load(errors));
        Vector256<float> most = (dots * Vector256.Create(row.Scale)) + margin;
        return (uint)~Vector256.LessThanOrEqual(most, Vector256.Load(thresholds)).ExtractMostSignificantBits() & 0xFF;
    }
}
