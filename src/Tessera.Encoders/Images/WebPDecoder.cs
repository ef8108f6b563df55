using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>Decodes WebP by the system's libwebp.</summary>
internal static class WebPDecoder
{
    /// <summary>Decodes at full size, transparent pixels over white.</summary>
    /// <exception cref="InvalidInputException">libwebp refuses the image.</exception>
    /// <exception cref="DllNotFoundException">libwebp is not on this system.</exception>
    public static unsafe RgbImage Decode(ReadOnlySpan<byte> bytes, ImageHeader header, string name)
    {
        fixed (byte* file = bytes)
        {
            int known = NativeCodecs.WebPGetInfo(file, (nuint)bytes.Length, out int width, out int height);
            if (known == 0 || (width, height) != (header.Width, header.Height)) throw Damaged(name);

            var pixels = new byte[width * height * 4];
            fixed (byte* target = pixels)
            {
                byte* done = NativeCodecs.WebPDecodeRGBAInto(file, (nuint)bytes.Length, target, (nuint)pixels.Length, width * 4);
                if (done == null) throw Damaged(name);
            }

            return new RgbImage(width, height, OverWhite(pixels));
        }
    }

    private static byte[] OverWhite(byte[] pixels)
    {
        var rgb = new byte[pixels.Length / 4 * 3];
        for (int from = 0, to = 0; from < pixels.Length; from += 4, to += 3)
        {
            for (int channel = 0; channel < 3; channel++) rgb[to + channel] = RgbImage.OverWhite(pixels[from + channel], pixels[from + 3]);
        }

        return rgb;
    }

    private static InvalidInputException Damaged(string name) => UnusableImage.Because(name, "is a truncated or damaged WebP file");
}
