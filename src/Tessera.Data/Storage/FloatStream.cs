using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Tessera.Data.Storage;

/// <summary>Reads little-endian floating-point numbers of 2, 4 or 8 bytes as float32.</summary>
/// <param name="stream">The numbers.</param>
/// <param name="elementSize">Bytes of a number.</param>
internal sealed class FloatStream(Stream stream, int elementSize)
{
    /// <summary>Numbers read at a time.</summary>
    public const int ChunkElements = 1 << 16;

    private readonly byte[] _bytes = elementSize == sizeof(float) ? [] : new byte[ChunkElements * elementSize];

    /// <summary>Reads the next numbers, at most <see cref="ChunkElements"/>.</summary>
    public void Read(Span<float> chunk)
    {
        if (elementSize == sizeof(float))
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(chunk));
            return;
        }

        Span<byte> bytes = _bytes.AsSpan(0, chunk.Length * elementSize);
        stream.ReadExactly(bytes);
        if (elementSize == sizeof(double)) TensorPrimitives.ConvertTruncating<double, float>(MemoryMarshal.Cast<byte, double>(bytes), chunk);
        else TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), chunk);
    }

    /// <summary>A number read last as the file holds it, which may exceed float32.</summary>
    public double Original(ReadOnlySpan<float> chunk, int index) =>
        elementSize == sizeof(double) ? MemoryMarshal.Cast<byte, double>(_bytes)[index] : chunk[index];
}
