using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>Decodes PNG, JPEG and WebP.</summary>
/// <remarks>
/// Transparent pixels are laid over white. Of several images in a file the first is taken. EXIF orientation is not applied: the rows are those
/// of the file. Four-ink (CMYK) JPEG is taken as Adobe's programs write it, inverted and without its profile. A damaged image is refused, also where
/// part of it could be shown. Decoding takes 3 to 15 bytes of memory for each pixel that the header announces, so less than 1 GB for the largest
/// image that is accepted (<see cref="ImageHeader.MaxPixels"/>).
/// </remarks>
public static class ImageDecoder
{
    /// <summary>Decodes an image in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Path or item of the image, for messages.</param>
    /// <param name="detail">Pixels a side that are enough: a JPEG image is decoded at a half, a quarter or an eighth of its size where both sides
    /// keep at least so many; null decodes at full size.</param>
    /// <exception cref="InvalidInputException">This is no image, or a damaged, truncated or too large one; the message names it.</exception>
    /// <exception cref="DllNotFoundException">The system lacks the library for this format; the message names the package.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name, int? detail = null)
    {
        if (detail is { } sides) ArgumentOutOfRangeException.ThrowIfLessThan(sides, 1, nameof(detail));
        ImageHeader header = ImageHeader.Read(bytes, name);
        return header.Format switch
        {
            ImageFormat.Png => new PngDecoder(PngFile.Parse(bytes, name), header, name).Decode(),
            ImageFormat.Jpeg => JpegDecoder.Decode(bytes, header, name, detail),
            _ => WebPDecoder.Decode(bytes, header, name),
        };
    }
}
