namespace Tessera.Encoders.Images;

/// <summary>A decoded image: 8 bits for each of red, green and blue, as the file has them (color profiles are not applied).</summary>
public sealed class RgbImage
{
    private readonly byte[] _pixels;

    internal RgbImage(int width, int height, byte[] pixels)
    {
        if (pixels.Length != width * height * 3) throw new ArgumentException($"{pixels.Length} bytes for {width} x {height} pixels.", nameof(pixels));
        (Width, Height, _pixels) = (width, height, pixels);
    }

    /// <summary>Width in pixels, 1 or more.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, 1 or more.</summary>
    public int Height { get; }

    /// <summary>Rows from the top, pixels from the left, red, green, blue: <c>[Height x Width x 3]</c>, without padding.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>A channel of a color with opacity <paramref name="alpha"/> (0 to 255) before a white ground.</summary>
    internal static byte OverWhite(int channel, int alpha) => (byte)(((channel * alpha) + (255 * (255 - alpha)) + 127) / 255);
}
