using SkiaSharp;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Onnx;

/// <summary>Picture files → the numbers that image models take.</summary>
internal static class PictureTensor
{
    /// <summary>Channel by channel, row by row, scaled until the shorter side fits, of which the middle is taken: <c>[3 × side × side]</c>.</summary>
    /// <exception cref="Data.InvalidInputException">This is no image, or a damaged, truncated or too large one.</exception>
    public static float[] Of(ReadOnlySpan<byte> file, string name, int side, OnnxSettings settings)
    {
        using SKBitmap picture = ImageFile.DecodeMiddle(file, name, side);
        ReadOnlySpan<byte> pixels = picture.GetPixelSpan();
        var numbers = new float[3 * side * side];
        for (int channel = 0; channel < 3; channel++)
        {
            int color = settings.Channels == "bgr" ? 2 - channel : channel;
            float mean = settings.Mean[color], deviation = settings.Deviation[color];
            Span<float> plane = numbers.AsSpan(channel * side * side, side * side);
            for (int at = 0; at < plane.Length; at++) plane[at] = (pixels[4 * at + color] / 255f - mean) / deviation;
        }

        return numbers;
    }
}
