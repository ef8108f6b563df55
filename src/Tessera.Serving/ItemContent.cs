using System.Collections.ObjectModel;

namespace Tessera.Serving;

/// <summary>What comes along with an item that is put, for the model to know it by.</summary>
public sealed record ItemContent
{
    /// <summary>The image, a whole file: PNG, JPEG, WebP, GIF or BMP, up to 64 MiB; null to leave the one that is stored, if there is one.</summary>
    public ReadOnlyMemory<byte>? Image { get; init; }

    /// <summary>Vectors by modality as the run's encoders give them, of as many numbers as they; what is given here is not encoded.</summary>
    public IReadOnlyDictionary<string, float[]> Vectors { get; init; } = ReadOnlyDictionary<string, float[]>.Empty;
}
