using System.Buffers.Binary;
using System.IO.Compression;

namespace Tessera.Encoders.Endpoints;

/// <summary>Small PNG pictures to try encoders with: a gray ramp.</summary>
internal static class SamplePng
{
    /// <summary>Large enough for the patches of every usual vision model.</summary>
    private const int Side = 64;
    private const uint CrcPolynomial = 0xEDB88320;

    /// <summary>A picture.</summary>
    /// <param name="shade">Added to the brightness of its pixels: another value is another picture.</param>
    /// <param name="comment">Stands in the file, not in the picture: another value is the same picture in another file.</param>
    public static byte[] Create(byte shade, string comment = "sample")
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1A\n"u8]);
        Chunk(file, "IHDR"u8, [0, 0, 0, Side, 0, 0, 0, Side, 8, 0, 0, 0, 0]);
        Chunk(file, "tEXt"u8, [.. "Comment\0"u8, .. System.Text.Encoding.ASCII.GetBytes(comment)]);
        Chunk(file, "IDAT"u8, Pixels(shade));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Pixels(byte shade)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < Side; y++)
            {
                zlib.WriteByte(0); // no filter
                for (int x = 0; x < Side; x++) zlib.WriteByte((byte)(shade + (2 * x) + y));
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] body = [.. kind, .. content];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * CrcPolynomial);
        }

        return ~crc;
    }
}
