using System.Runtime.InteropServices;
using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>Decodes JPEG by the system's libjpeg-turbo.</summary>
internal static class JpegDecoder
{
    private const int Rgb = 0, Cmyk = 11;
    private const int ColorSpaceCmyk = 3, ColorSpaceYcck = 4;
    private const int AccurateDct = 4096, StopOnWarning = 8192, LimitScans = 32768;
    private const int MinScale = 8;

    /// <summary>Decodes at full size, or at a half, a quarter or an eighth where both sides keep <paramref name="detail"/> pixels.</summary>
    /// <exception cref="InvalidInputException">libjpeg-turbo refuses the image or warns of damage in it.</exception>
    /// <exception cref="DllNotFoundException">libjpeg-turbo is not on this system.</exception>
    public static unsafe RgbImage Decode(ReadOnlySpan<byte> bytes, ImageHeader header, string name, int? detail)
    {
        nint handle = NativeCodecs.tjInitDecompress();
        if (handle == 0) throw new InsufficientMemoryException("libjpeg-turbo could not start for want of memory.");
        try
        {
            fixed (byte* file = bytes)
            {
                // The call also fails on a sampling it has no name for, which the decoder takes all the same: size and colors tell.
                var size = new CULong((nuint)bytes.Length);
                int known = NativeCodecs.tjDecompressHeader3(handle, file, size, out int width, out int height, out _, out int colors);
                if (known != 0 && width == 0) throw Damaged(handle, name);
                if ((width, height) != (header.Width, header.Height)) throw UnusableImage.Because(name, "is a damaged JPEG file, with two sizes");

                int scale = ScaleFor(header, detail);
                (width, height) = (Scaled(width, scale), Scaled(height, scale));
                bool inks = colors is ColorSpaceCmyk or ColorSpaceYcck;
                int pixelSize = inks ? 4 : 3;
                var pixels = new byte[width * height * pixelSize];
                fixed (byte* target = pixels)
                {
                    const int flags = AccurateDct | StopOnWarning | LimitScans;
                    int done = NativeCodecs.tjDecompress2(handle, file, size, target, width, width * pixelSize, height, inks ? Cmyk : Rgb, flags);
                    if (done != 0) throw Damaged(handle, name);
                }

                return new RgbImage(width, height, inks ? FromInverted(pixels) : pixels);
            }
        }
        finally
        {
            _ = NativeCodecs.tjDestroy(handle);
        }
    }

    private static int ScaleFor(ImageHeader header, int? detail)
    {
        int scale = MinScale;
        while (scale > 1 && (detail is null || Math.Min(Scaled(header.Width, scale), Scaled(header.Height, scale)) < detail)) scale /= 2;
        return scale;
    }

    private static int Scaled(int length, int scale) => (length + scale - 1) / scale;

    /// <summary>Inks as Adobe's programs write them, 255 for none: red is cyan · black / 255, and so on.</summary>
    private static byte[] FromInverted(byte[] inks)
    {
        var rgb = new byte[inks.Length / 4 * 3];
        for (int from = 0, to = 0; from < inks.Length; from += 4, to += 3)
        {
            for (int channel = 0; channel < 3; channel++) rgb[to + channel] = (byte)(((inks[from + channel] * inks[from + 3]) + 127) / 255);
        }

        return rgb;
    }

    private static unsafe InvalidInputException Damaged(nint handle, string name)
    {
        string reason = Marshal.PtrToStringUTF8((nint)NativeCodecs.tjGetErrorStr2(handle)) ?? "no reason given";
        return UnusableImage.Because(name, $"cannot be decoded by libjpeg-turbo ({reason.ReplaceLineEndings(" ").TrimEnd('.')})");
    }
}
