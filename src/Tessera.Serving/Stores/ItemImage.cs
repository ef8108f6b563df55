namespace Tessera.Serving.Stores;

/// <summary>The image of an item.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="ContentType">What it is, such as <c>image/jpeg</c>.</param>
internal sealed record ItemImage(byte[] Bytes, string ContentType)
{
    /// <summary>Most bytes of a file.</summary>
    public const int MaxBytes = 64 << 20;
}
