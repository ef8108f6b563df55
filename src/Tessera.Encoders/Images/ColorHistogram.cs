namespace Tessera.Encoders.Images;

/// <summary>
/// Color histograms (Swain and Ballard, Color Indexing, IJCV 7, 1991) of an image and of its four quarters, a spatial pyramid of two levels
/// (Lazebnik, Schmid and Ponce, CVPR 2006).
/// </summary>
/// <remarks>
/// The bins are a cone of HSV: one for black, and at each of <see cref="Values"/> brighter values one for gray and <see cref="Saturations"/> x
/// <see cref="Hues"/> for colors. A pixel is shared between neighboring bins in proportion to its distance from them, so that a small change
/// of color is a small change of the histogram; hue does not count where there is no color, nor color where there is no light.
/// Each histogram has sum 1 and is then square-rooted: the dot product of two is their Bhattacharyya coefficient, Euclidean distance the
/// Hellinger distance (Arandjelović and Zisserman, CVPR 2012).
/// </remarks>
internal static class ColorHistogram
{
    public const int Hues = 8, Saturations = 2, Values = 3;
    public const int Bins = 1 + (Values * BinsOfValue);
    public const int Regions = 5;
    public const int Dimensions = Regions * Bins;
    private const int BinsOfValue = 1 + (Saturations * Hues);

    /// <summary>Writes the histograms of the whole image and of its quarters, row by row; each has Euclidean norm 1.</summary>
    /// <param name="pixels">Red, green and blue, 0 to 255: <c>[size x size x 3]</c>, <paramref name="size"/> even.</param>
    /// <param name="size">Pixels a side.</param>
    /// <param name="result">Receives <see cref="Dimensions"/> numbers.</param>
    public static void Write(ReadOnlySpan<float> pixels, int size, Span<float> result)
    {
        int half = size / 2;
        result.Clear();
        for (int i = 0; i < size * size; i++)
        {
            int quarter = (2 * (i / size / half)) + (i % size / half);
            Add(pixels.Slice(3 * i, 3), result.Slice((1 + quarter) * Bins, Bins));
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            for (int quarter = 1; quarter < Regions; quarter++) result[bin] += result[(quarter * Bins) + bin];
        }

        for (int i = 0; i < result.Length; i++) result[i] = MathF.Sqrt(result[i] / (i < Bins ? size * size : half * half));
    }

    /// <summary>Shares a pixel of weight 1 between its bins.</summary>
    private static void Add(ReadOnlySpan<float> rgb, Span<float> bins)
    {
        float highest = Math.Max(rgb[0], Math.Max(rgb[1], rgb[2])), chroma = highest - Math.Min(rgb[0], Math.Min(rgb[1], rgb[2]));
        (int value, float valueShare) = Split(highest / 255 * Values, Values);
        (int saturation, float saturationShare) = Split(highest > 0 ? chroma / highest * Saturations : 0, Saturations);
        (int hue, float hueShare) = Split(Hue(rgb, highest, chroma) * Hues, Hues);

        for (int v = 0; v < 2; v++)
        {
            float weight = v == 0 ? 1 - valueShare : valueShare;
            if (value + v == 0) bins[0] += weight;
            if (value + v == 0 || weight == 0) continue;
            Span<float> level = bins.Slice(1 + ((value + v - 1) * BinsOfValue), BinsOfValue);
            for (int s = 0; s < 2; s++)
            {
                float part = weight * (s == 0 ? 1 - saturationShare : saturationShare);
                if (saturation + s == 0) level[0] += part;
                if (saturation + s == 0 || part == 0) continue;
                int first = 1 + ((saturation + s - 1) * Hues);
                level[first + (hue % Hues)] += part * (1 - hueShare);
                level[first + ((hue + 1) % Hues)] += part * hueShare;
            }
        }
    }

    /// <summary>The step below a position from 0 to <paramref name="steps"/>, at most the last but one, and how far it is to the next.</summary>
    private static (int Step, float Share) Split(float position, int steps)
    {
        int step = Math.Min((int)position, steps - 1);
        return (step, Math.Min(1, position - step));
    }

    /// <summary>Hue as a part of the circle, 0 to 1, from red over green and blue.</summary>
    private static float Hue(ReadOnlySpan<float> rgb, float highest, float chroma)
    {
        if (chroma <= 0) return 0;
        float sixth = highest == rgb[0] ? (rgb[1] - rgb[2]) / chroma
            : highest == rgb[1] ? 2 + ((rgb[2] - rgb[0]) / chroma)
            : 4 + ((rgb[0] - rgb[1]) / chroma);
        return (sixth < 0 ? sixth + 6 : sixth) / 6;
    }
}
