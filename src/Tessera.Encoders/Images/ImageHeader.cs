using System.Buffers.Binary;
using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>What the first bytes of an image say, read without decoding any pixel.</summary>
/// <param name="Format">The format, by its signature.</param>
/// <param name="Width">Width in pixels, 1 to <see cref="MaxSide"/>.</param>
/// <param name="Height">Height in pixels, 1 to <see cref="MaxSide"/>.</param>
public readonly partial record struct ImageHeader(ImageFormat Format, int Width, int Height)
{
    /// <summary>An image of more pixels is refused.</summary>
    public const int MaxPixels = 64_000_000;

    /// <summary>An image that is wider or higher, in pixels, is refused.</summary>
    public const int MaxSide = 65_535;

    /// <summary>Signature, then the length and name of the first chunk, all after the first byte.</summary>
    private static ReadOnlySpan<byte> PngStart => "PNG\r\n\u001A\n\0\0\0\rIHDR"u8;

    /// <summary>Reads the header of an image in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Path or item of the image, for messages.</param>
    /// <exception cref="InvalidInputException">This is no PNG, JPEG or WebP image, its header is damaged, or it is too large.</exception>
    public static ImageHeader Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IsEmpty) throw UnusableImage.Because(name, "has 0 bytes");
        (ImageFormat format, (long width, long height)) = FindFormat(bytes) switch
        {
            null => throw UnusableImage.Because(name, "begins like no PNG, JPEG or WebP image"),
            ImageFormat.Png => (ImageFormat.Png, ReadPng(bytes, name)),
            ImageFormat.Jpeg => (ImageFormat.Jpeg, ReadJpeg(bytes, name)),
            _ => (ImageFormat.WebP, ReadWebP(bytes, name)),
        };
        if (width == 0 || height == 0) throw UnusableImage.Because(name, $"has {width} x {height} pixels by its header");
        if (width > MaxSide || height > MaxSide || width * height > MaxPixels)
        {
            throw new InvalidInputException(
                $"Image '{name}' has {width:N0} x {height:N0} pixels by its header; "
                + $"expected at most {MaxPixels:N0} in all and {MaxSide:N0} on a side, so save it smaller.");
        }

        return new ImageHeader(format, (int)width, (int)height);
    }

    /// <summary>The format that the first bytes tell, or null for none that can be decoded.</summary>
    public static ImageFormat? FindFormat(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => ImageFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        _ => null,
    };

    private static (long Width, long Height) ReadPng(ReadOnlySpan<byte> bytes, string name)
    {
        const int sizes = 16;
        if (bytes.Length < sizes + 8) throw UnusableImage.Truncated(name);
        if (!bytes[1..].StartsWith(PngStart)) throw UnusableImage.Because(name, "is a damaged PNG file, without a header at its start");
        return (BinaryPrimitives.ReadUInt32BigEndian(bytes[sizes..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[(sizes + 4)..]));
    }

    /// <summary>The size in the first chunk: canvas of <c>VP8X</c>, frame of <c>VP8L</c> or <c>VP8 </c> (RFC 9649, sections 2.5 to 2.7).</summary>
    private static (long Width, long Height) ReadWebP(ReadOnlySpan<byte> bytes, string name)
    {
        const int chunk = 12, body = chunk + 8;
        if (bytes.Length < body + 10) throw UnusableImage.Truncated(name);
        ReadOnlySpan<byte> data = bytes[body..];
        if (bytes[chunk..].StartsWith("VP8X"u8))
        {
            const byte animation = 2;
            if ((data[0] & animation) != 0) throw UnusableImage.Because(name, "is an animated WebP file");
            uint width = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) & 0xFFFFFF, height = BinaryPrimitives.ReadUInt32LittleEndian(data[6..]) >> 8;
            return (width + 1, height + 1);
        }

        if (bytes[chunk..].StartsWith("VP8L"u8))
        {
            uint sides = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return ((sides & 0x3FFF) + 1, ((sides >> 14) & 0x3FFF) + 1);
        }

        if (!bytes[chunk..].StartsWith("VP8 "u8)) throw UnusableImage.Because(name, "is a damaged WebP file, without a header at its start");
        return (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
    }
}
