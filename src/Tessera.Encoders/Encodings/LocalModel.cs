using Microsoft.Extensions.AI;

namespace Tessera.Encoders.Encodings;

/// <summary>A model in this process that encodes texts, images or both, and is opened when it is needed.</summary>
/// <param name="Name">Its name as an encoder, such as <c>minilm</c>.</param>
/// <param name="Version">Changes whenever the same content would be given another vector.</param>
public sealed record LocalModel(string Name, string Version)
{
    /// <summary>
    /// The space of its vectors, see <see cref="Data.Modality.Space"/>: the same name for both halves of a pair such as CLIP. Unless it is set: name and
    /// version, which no other model has.
    /// </summary>
    public string Space { get; init; } = $"{Name} {Version}";

    /// <summary>Opens it for texts; null where it takes none. What it gives may be called from several threads.</summary>
    public Func<IEmbeddingGenerator<string, Embedding<float>>>? Texts { get; init; }

    /// <summary>Opens it for images, whole files each; null where it takes none. What it gives may be called from several threads.</summary>
    public Func<IEmbeddingGenerator<DataContent, Embedding<float>>>? Images { get; init; }
}
