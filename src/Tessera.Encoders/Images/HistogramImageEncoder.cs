using System.Numerics.Tensors;
using SkiaSharp;
using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>
/// Encodes images without any model: color histograms (260 dimensions: the whole image and its quarters, 52 bins each, square-rooted) and
/// histograms of oriented gradients (324 dimensions: 3 x 3 blocks of 2 x 2 cells of 9 orientations), the former in front.
/// </summary>
/// <remarks>
/// An image is first brought to 64 x 64 pixels, so that its size hardly counts and its proportions not at all. Both parts have
/// norm 1 before they are joined, the gradients less where there are few edges: color alone describes an image of one color. Every row has
/// Euclidean norm 1, so that the dot product of two is their cosine similarity, 0 to 1. The same bytes give the same row, whatever the thread
/// count; another version of SkiaSharp may decode to slightly other pixels.
/// </remarks>
public static class HistogramImageEncoder
{
    /// <summary>Name of the encoder in a feature manifest.</summary>
    public const string Name = "color-hog";

    /// <summary>Version in a feature manifest: raised whenever the same image is given another row.</summary>
    public const string Version = "2";

    /// <summary>Length of a row.</summary>
    public const int Dimensions = ColorHistogram.Dimensions + OrientedGradients.Dimensions;

    private const int Side = 64;

    /// <summary>Encodes one image in memory.</summary>
    /// <param name="bytes">The whole file: PNG, JPEG, WebP, GIF or BMP.</param>
    /// <param name="name">Path or item of the image, for messages.</param>
    /// <returns><see cref="Dimensions"/> numbers of 0 to 1, of Euclidean norm 1.</returns>
    /// <exception cref="InvalidInputException">This is no image, or a damaged, truncated or too large one; the message names it.</exception>
    public static float[] Encode(ReadOnlySpan<byte> bytes, string name)
    {
        float[] square = Square(bytes, name);
        var row = new float[Dimensions];
        Span<float> colors = row.AsSpan(0, ColorHistogram.Dimensions), gradients = row.AsSpan(ColorHistogram.Dimensions);
        ColorHistogram.Write(square, Side, colors);
        OrientedGradients.Write(square, Side, gradients);
        TensorPrimitives.Divide(colors, MathF.Sqrt(ColorHistogram.Regions), colors);
        TensorPrimitives.Divide(gradients, OrientedGradients.Blocks, gradients);
        TensorPrimitives.Divide(row, TensorPrimitives.Norm(row), row);
        return row;
    }

    /// <summary>Red, green and blue, 0 to 255: <c>[Side x Side x 3]</c>.</summary>
    private static float[] Square(ReadOnlySpan<byte> bytes, string name)
    {
        using SKBitmap picture = ImageFile.Decode(bytes, name, Side);
        ReadOnlySpan<byte> pixels = picture.GetPixelSpan();
        var square = new float[Side * Side * 3];
        for (int from = 0, to = 0; to < square.Length; from += 4, to += 3)
            (square[to], square[to + 1], square[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
        return square;
    }
}
