using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Compute.Kernels;

/// <summary>64 bytes at a time (AVX-512 BW).</summary>
internal readonly unsafe struct Bytes512 : IByteSimd<Vector512<byte>>
{
    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(sbyte* four) => Vector512.Create(*(int*)four).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyPairs(Vector512<byte> unsigned, Vector512<byte> signed) =>
        Avx512BW.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddShorts(Vector512<byte> left, Vector512<byte> right) => (left.AsInt16() + right.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddPairs(Vector512<byte> sums, Vector512<byte> shorts) =>
        (sums.AsInt32() + Avx512BW.MultiplyAddAdjacent(shorts.AsInt16(), Vector512<short>.One)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(int* target, Vector512<byte> sums) => Vector512.Store(sums.AsInt32(), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MayExceed(int* sums, in QuantizedRow row, float* scales, float* lengths, float* errors, float* thresholds)
    {
        Vector512<float> dots = Vector512.ConvertToSingle(Vector512.Load(sums) - Vector512.Create(row.Shift)) * Vector512.Load(scales);
        Vector512<float> margin = (Vector512.Create(row.Error) * Vector512.Load(lengths)) + (Vector512.Create(row.Length) * Vector512.Load(errors));
        Vector512<float> most = (dots * Vector512.Create(row.Scale)) + margin;
        return (uint)~Vector512.LessThanOrEqual(most, Vector512.Load(thresholds)).ExtractMostSignificantBits() & 0xFFFF;
    }
}
