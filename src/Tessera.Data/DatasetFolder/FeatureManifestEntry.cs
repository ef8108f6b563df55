using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>The entry of one feature file in <c>modalities.json</c>.</summary>
/// <param name="Name">Name of the modality.</param>
/// <param name="File">Name of its file, <c>NAME_feat.npy</c>.</param>
/// <param name="Rows">Number of rows, one per item.</param>
/// <param name="Dimensions">Number of feature dimensions.</param>
/// <param name="Dtype">Type of the numbers: <c>float16</c>, <c>float32</c> or <c>float64</c>.</param>
/// <param name="Encoder">The encoder of the features, such as <c>tfidf-svd</c>.</param>
/// <param name="Version">Version of the encoder; another one may give other features for the same content.</param>
/// <param name="Content">SHA-256 of the encoded content, 64 lower-case hexadecimal digits.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
/// <param name="Missing">Items without features, ascending; their rows are zeros.</param>
internal sealed record FeatureManifestEntry(
    string Name,
    string File,
    int Rows,
    int Dimensions,
    string Dtype,
    string Encoder,
    string Version,
    string Content,
    string Sha256,
    IReadOnlyList<int> Missing)
{
    /// <summary>The items' text fields that were encoded, in order; none where it was a file of texts, null where it was images or nobody knows.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary><see cref="Modality.Space"/>.</summary>
    public string? Space { get; init; }

    /// <summary>Describes the file that <see cref="NpyWriter"/> makes of a modality.</summary>
    /// <param name="modality">The features the file holds.</param>
    /// <param name="encoder">The encoder that made them.</param>
    /// <param name="version">Version of the encoder.</param>
    /// <param name="content">SHA-256 of the encoded content.</param>
    internal static FeatureManifestEntry Of(Modality modality, string encoder, string version, string content) => new(
        modality.Name, FeatureFolder.FileOf(modality.Name), modality.Features.Rows, modality.Dimensions, "float32",
        encoder, version, content, DatasetFingerprint.Of(modality),
        [.. Enumerable.Range(0, modality.Features.Rows).Where(item => modality.Missing[item])])
    {
        Fields = modality.Fields,
        Space = modality.Space,
    };
}
