using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace Tessera.Encoders.Endpoints;

/// <summary>Small PNG pictures to try encoders with: a gray ramp.</summary>
internal static class SamplePng
{
    /// <summary>Large enough for the patches of every usual vision model.</summary>
    private const int Side = 64;
    private const int EndOfHeader = 33;
    private const uint CrcPolynomial = 0xEDB88320;

    /// <summary>A picture.</summary>
    /// <param name="shade">Added to the brightness of its pixels: another value is another picture.</param>
    /// <param name="comment">Stands in the file, not in the picture: another value is the same picture in another file.</param>
    public static byte[] Create(byte shade, string comment = "sample")
    {
        using var picture = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = picture.GetPixelSpan();
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++) pixels[(y * picture.RowBytes) + x] = (byte)(shade + (2 * x) + y);
        using SKPixmap map = picture.PeekPixels()!;
        using SKData png = map.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.None, 6))!;
        ReadOnlySpan<byte> file = png.AsSpan();
        return [.. file[..EndOfHeader], .. Text($"Comment\0{comment}"), .. file[EndOfHeader..]];
    }

    private static byte[] Text(string text)
    {
        byte[] chunk = [0, 0, 0, 0, .. "tEXt"u8, .. Encoding.ASCII.GetBytes(text), 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, text.Length);
        uint crc = uint.MaxValue;
        foreach (byte value in chunk.AsSpan(4..^4))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * CrcPolynomial);
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4..), ~crc);
        return chunk;
    }
}
