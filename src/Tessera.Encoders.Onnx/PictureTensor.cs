using SkiaSharp;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Onnx;

/// <summary>Picture files → the numbers that image models take.</summary>
internal static class PictureTensor
{
    /// <summary>Channel by channel, row by row, scaled until the shorter side fits, of which the middle is taken: <c>[3 × side × side]</c>.</summary>
    /// <exception cref="Data.InvalidInputException">This is no image, or a damaged, truncated or too large one.</exception>
    public static void Fill(Span<float> numbers, ReadOnlySpan<byte> file, string name, int side, OnnxSettings settings)
    {
        using SKBitmap picture = ImageFile.DecodeMiddle(file, name, side);
        ReadOnlySpan<byte> pixels = picture.GetPixelSpan();
        Span<float> scale = stackalloc float[256];
        for (int channel = 0; channel < 3; channel++)
        {
            int color = settings.Channels == "bgr" ? 2 - channel : channel;
            for (int shade = 0; shade < scale.Length; shade++) scale[shade] = (shade / 255f - settings.Mean[color]) / settings.Deviation[color];
            Span<float> plane = numbers.Slice(channel * side * side, side * side);
            for (int at = 0; at < plane.Length; at++) plane[at] = scale[pixels[4 * at + color]];
        }
    }
}
