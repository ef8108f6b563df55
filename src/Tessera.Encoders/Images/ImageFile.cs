using System.Buffers.Binary;
using System.Globalization;
using SkiaSharp;
using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>Image files as Skia's codecs read them: PNG, JPEG, WebP, GIF and BMP, told apart by their bytes and never by their names.</summary>
/// <remarks>
/// Transparent pixels lie over white, the orientation that EXIF gives is applied, color profiles are not, and of an animation the first frame is
/// taken. A picture that cannot be decoded to its end is refused, also where a part of it could be shown.
/// </remarks>
internal static class ImageFile
{
    /// <summary>An image of more pixels is refused by its header; decoding takes 4 bytes for each of them.</summary>
    public const int MaxPixels = 64_000_000;

    /// <summary>An image that is wider or higher, in pixels, is refused by its header.</summary>
    public const int MaxSide = 65_535;

    /// <summary>The formats, for messages.</summary>
    public const string Formats = "PNG, JPEG, WebP, GIF or BMP";

    /// <summary>The media type of a file that begins like an image, or null.</summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> bytes)
    {
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec? codec = SKCodec.Create(data);
        return codec is null ? null : $"image/{codec.EncodedFormat.ToString().ToLowerInvariant()}";
    }

    /// <summary>Decodes an image in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Path or item of the image, for messages.</param>
    /// <param name="side">Stretches or shrinks the picture to a square of so many pixels a side; null keeps its size.</param>
    /// <returns>The picture, upright and opaque, as RGBA of 8 bits each.</returns>
    /// <exception cref="InvalidInputException">This is no image, or a damaged, truncated or too large one; the message names it.</exception>
    public static SKBitmap Decode(ReadOnlySpan<byte> bytes, string name, int? side = null) => Decode(bytes, name, side, isMiddle: false);

    /// <summary>Decodes an image in memory, scaled until its shorter side fits a square of so many pixels a side, and takes its middle.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string, int?)"/>
    public static SKBitmap DecodeMiddle(ReadOnlySpan<byte> bytes, string name, int side) => Decode(bytes, name, side, isMiddle: true);

    private static SKBitmap Decode(ReadOnlySpan<byte> bytes, string name, int? side, bool isMiddle)
    {
        if (bytes.IsEmpty) throw Unusable(name, "has 0 bytes");
        using SKData data = SKData.CreateCopy(bytes);
        using SKCodec codec = SKCodec.Create(data) ?? throw Unusable(name, "is no image, or its header is damaged");
        RefuseLarge(codec.Info, name);
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && !IsWholeJpeg(bytes)) throw Unusable(name, "is truncated");
        using SKBitmap stored = DecodeStored(codec, name, detail: 2 * side);

        SKEncodedOrigin origin = codec.EncodedOrigin;
        bool turned = origin >= SKEncodedOrigin.LeftTop;
        var size = new SKSizeI(side ?? (turned ? stored.Height : stored.Width), side ?? (turned ? stored.Width : stored.Height));
        var upright = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(upright);
        using SKImage image = SKImage.FromBitmap(stored);
        canvas.Clear(SKColors.White);
        if (isMiddle)
        {
            float width = turned ? stored.Height : stored.Width, height = turned ? stored.Width : stored.Height, shorter = Math.Min(width, height);
            canvas.Scale(width / shorter, height / shorter, size.Width / 2f, size.Height / 2f);
        }

        canvas.Concat(Upright(origin, size.Width, size.Height));
        SKRect target = turned ? SKRect.Create(size.Height, size.Width) : SKRect.Create(size.Width, size.Height);
        canvas.DrawImage(image, target, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return upright;
    }

    private static void RefuseLarge(SKImageInfo header, string name)
    {
        if (header is { Width: <= MaxSide, Height: <= MaxSide } && (long)header.Width * header.Height <= MaxPixels) return;
        throw new InvalidInputException(string.Create(
            CultureInfo.InvariantCulture,
            $"Image '{name}' has {header.Width:N0} x {header.Height:N0} pixels by its header; "
            + $"expected at most {MaxPixels:N0} in all and {MaxSide:N0} on a side, so save it smaller."));
    }

    /// <summary>
    /// Whether the segments lead to the end of the image, and each scan on the way holds data: without the end, a progressive file shows a
    /// blurred picture. What follows the end, such as a phone's film, is no part of the picture.
    /// </summary>
    private static bool IsWholeJpeg(ReadOnlySpan<byte> bytes)
    {
        const byte endOfImage = 0xD9, startOfScan = 0xDA;
        int at = 2; // after the start of the image
        for (bool scanned = false; NextMarker(bytes, ref at, out byte marker);)
        {
            if (marker == endOfImage) return scanned;
            if (at + 2 > bytes.Length) return false;
            at += BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (marker != startOfScan) continue;
            int data = at;
            if (!NextMarker(bytes, ref at, out _) || at == data + 2) return false;
            (scanned, at) = (true, at - 2);
        }

        return false;
    }

    /// <summary>Moves behind the next marker: a byte 0xFF and a code that is no stuffed zero, filling or restart within a scan.</summary>
    private static bool NextMarker(ReadOnlySpan<byte> bytes, ref int at, out byte marker)
    {
        for (marker = 0; at + 1 < bytes.Length; at++)
        {
            if (bytes[at] != 0xFF || bytes[at + 1] is 0x00 or 0x01 or 0xFF or (>= 0xD0 and <= 0xD7)) continue;
            marker = bytes[at + 1];
            at += 2;
            return true;
        }

        return false;
    }

    /// <summary>The pixels as they are stored; smaller where the codec can leave detail out and both sides keep about as many as are asked for.</summary>
    private static SKBitmap DecodeStored(SKCodec codec, string name, int? detail)
    {
        float scale = detail is { } sides ? Math.Min(1, (float)sides / Math.Min(codec.Info.Width, codec.Info.Height)) : 1;
        SKSizeI size = codec.GetScaledDimensions(scale);
        var pixels = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        SKCodecResult result = codec.GetPixels(pixels.Info, pixels.GetPixels());
        if (result == SKCodecResult.Success)
        {
            pixels.SetImmutable(); // so that drawing it copies nothing
            return pixels;
        }

        pixels.Dispose();
        throw Unusable(name, result == SKCodecResult.IncompleteInput ? "is truncated" : $"is a damaged {codec.EncodedFormat} file");
    }

    /// <summary>Takes stored pixels to where they belong in a picture of a width and height.</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, float width, float height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, width, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, width, -1, 0, height, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, height, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    private static InvalidInputException Unusable(string name, string found) =>
        new($"Image '{name}' {found}; expected a whole {Formats} image, so replace it.");
}
