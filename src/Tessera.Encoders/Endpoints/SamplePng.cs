using System.Text;
using SkiaSharp;

namespace Tessera.Encoders.Endpoints;

/// <summary>Small PNG pictures to test encoders with: a gray ramp.</summary>
internal static class SamplePng
{
    public const string MediaType = "image/png";

    /// <summary>Large enough for the patches of every usual vision model.</summary>
    private const int Side = 64;

    /// <summary>A picture.</summary>
    /// <param name="shade">Added to the brightness of its pixels: another value is another picture.</param>
    /// <param name="comment">Follows the end of the picture, where no decoder looks: another value is the same picture in another file.</param>
    public static byte[] Create(byte shade, string comment = "sample")
    {
        using var picture = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = picture.GetPixelSpan();
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++) pixels[(y * picture.RowBytes) + x] = (byte)(shade + (2 * x) + y);
        using SKPixmap map = picture.PeekPixels()!;
        using SKData png = map.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.None, 6))!;
        return [.. png.AsSpan(), .. Encoding.ASCII.GetBytes(comment)];
    }
}
