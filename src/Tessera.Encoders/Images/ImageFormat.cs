namespace Tessera.Encoders.Images;

/// <summary>The image formats that can be decoded, told apart by a file's first bytes and never by its name.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics (ISO/IEC 15948): decoded by this library.</summary>
    Png,

    /// <summary>JPEG, baseline or progressive, 8 bits a sample: decoded by libjpeg-turbo.</summary>
    Jpeg,

    /// <summary>WebP, lossy or lossless, not animated: decoded by libwebp.</summary>
    WebP,
}
