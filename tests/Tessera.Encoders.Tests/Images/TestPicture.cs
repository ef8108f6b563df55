using SkiaSharp;

namespace Tessera.Encoders.Tests.Images;

/// <summary>The picture of which the files in Fixtures were made: two ramps, a checkerboard in blue and a red disc.</summary>
internal static class TestPicture
{
    public const int Width = 96, Height = 64;

    public static (int Red, int Green, int Blue) At(int x, int y)
    {
        if (((x - 32) * (x - 32)) + ((y - 32) * (y - 32)) < 256) return (230, 40, 60);
        return (255 * x / (Width - 1), 255 * y / (Height - 1), 80 + (90 * (((x / 12) + (y / 12)) % 2)));
    }

    public static byte[] Pixels { get; } = PixelsOf(Width, Height, At);

    /// <summary>The picture's 8-bit truecolor PNG file, every pixel <paramref name="times"/> as wide and high.</summary>
    public static byte[] Png(int times = 1) => PngOf(Width * times, Height * times, (x, y) => At(x / times, y / times));

    public static byte[] PngOf(int width, int height, Func<int, int, (int Red, int Green, int Blue)> at)
    {
        return new PngBytes(width, height, 2, 8).Of((x, y) =>
        {
            (int red, int green, int blue) = at(x, y);
            return [red, green, blue];
        });
    }

    public static byte[] PixelsOf(int width, int height, Func<int, int, (int Red, int Green, int Blue)> at)
    {
        var pixels = new List<byte>();
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int red, int green, int blue) = at(x, y);
                pixels.AddRange([(byte)red, (byte)green, (byte)blue]);
            }
        }

        return [.. pixels];
    }

    /// <summary>Red, green and blue of a decoded picture, which is opaque.</summary>
    public static byte[] PixelsOf(SKBitmap image)
    {
        Assert.Equal(SKColorType.Rgba8888, image.ColorType);
        byte[][] pixels = [.. image.Bytes.Chunk(4)];
        Assert.All(pixels, pixel => Assert.Equal(255, pixel[3]));
        return [.. pixels.SelectMany(pixel => pixel[..3])];
    }

    public static byte[] Fixture(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Images", "Fixtures", file));

    /// <summary>Every channel of every pixel may differ by so much of 255.</summary>
    public static void AssertNear(byte[] expected, byte[] actual, int tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.InRange((int)actual[i], expected[i] - tolerance, expected[i] + tolerance);
    }

    /// <summary>The mean absolute difference of two images' channels, 0 to 255.</summary>
    public static double Difference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        Assert.Equal(a.Length, b.Length);
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += Math.Abs(a[i] - b[i]);
        return sum / a.Length;
    }
}
