using System.Reflection;
using System.Runtime.InteropServices;

namespace Tessera.Encoders.Images;

/// <summary>The functions used of the system's libjpeg-turbo (TurboJPEG API 2.0 or later) and libwebp (0.5 or later).</summary>
internal static unsafe partial class NativeCodecs
{
    private const string TurboJpeg = "turbojpeg", WebP = "webp";

    static NativeCodecs() => NativeLibrary.SetDllImportResolver(typeof(NativeCodecs).Assembly, (library, _, _) => library switch
    {
        TurboJpeg or WebP => Load(library == TurboJpeg ? ImageFormat.Jpeg : ImageFormat.WebP),
        _ => 0,
    });

    /// <summary>Whether the library for a format is on this system.</summary>
    public static bool IsInstalled(ImageFormat format) => format == ImageFormat.Png || TryLoad(NamesOf(format), out _);

    /// <summary>Loads the library for JPEG or WebP.</summary>
    /// <exception cref="DllNotFoundException">It is under none of its usual names.</exception>
    public static nint Load(ImageFormat format) => TryLoad(NamesOf(format), out nint library) ? library : throw Missing(format);

    public static DllNotFoundException Missing(ImageFormat format)
    {
        (string shown, string library, string debian, string homebrew) = format == ImageFormat.Jpeg
            ? ("JPEG", "libjpeg-turbo", "libturbojpeg0", "jpeg-turbo")
            : ("WebP", "libwebp", "libwebp7", "webp");
        return new DllNotFoundException(
            $"{shown} images need the system's library {library} (tried {string.Join(", ", NamesOf(format))}), which is not there; install it with "
            + $"'apt-get install {debian}' on Debian or Ubuntu, 'brew install {homebrew}' on macOS, or put its file beside the program on Windows.");
    }

    private static string[] NamesOf(ImageFormat format) => format == ImageFormat.Jpeg
        ? ["libturbojpeg.so.0", "libturbojpeg.dylib", "/opt/homebrew/lib/libturbojpeg.dylib", "turbojpeg.dll", "libturbojpeg.dll"]
        : ["libwebp.so.7", "libwebp.so.6", "libwebp.dylib", "/opt/homebrew/lib/libwebp.dylib", "libwebp.dll"];

    private static bool TryLoad(string[] names, out nint library)
    {
        library = 0;
        Assembly here = typeof(NativeCodecs).Assembly;
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, here, null, out library)) return true;
        }

        return false;
    }

    [LibraryImport(TurboJpeg)]
    public static partial nint tjInitDecompress();

    [LibraryImport(TurboJpeg)]
    public static partial int tjDestroy(nint handle);

    [LibraryImport(TurboJpeg)]
    public static partial int tjDecompressHeader3(
        nint handle, byte* bytes, CULong size, out int width, out int height, out int subsampling, out int colorSpace);

    [LibraryImport(TurboJpeg)]
    public static partial int tjDecompress2(
        nint handle, byte* bytes, CULong size, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(TurboJpeg)]
    public static partial byte* tjGetErrorStr2(nint handle);

    [LibraryImport(WebP)]
    public static partial int WebPGetInfo(byte* bytes, nuint size, out int width, out int height);

    [LibraryImport(WebP)]
    public static partial byte* WebPDecodeRGBAInto(byte* bytes, nuint size, byte* pixels, nuint pixelsSize, int stride);
}
