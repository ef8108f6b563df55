using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>What <c>modalities.json</c> says of one feature file.</summary>
/// <param name="Name">Name of the modality.</param>
/// <param name="File">Name of its file, <c>NAME_feat.npy</c>.</param>
/// <param name="Rows">Number of rows, one per item.</param>
/// <param name="Dimensions">Number of feature dimensions.</param>
/// <param name="Dtype">Type of the numbers: <c>float16</c>, <c>float32</c> or <c>float64</c>.</param>
/// <param name="Encoder">What made the features, such as <c>tfidf-svd</c>.</param>
/// <param name="Version">Version of the encoder; another one may give other features for the same content.</param>
/// <param name="Content">SHA-256 over what was encoded, 64 lower-case hexadecimal digits.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
/// <param name="Missing">Items without features, ascending; their rows are zeros.</param>
public sealed record FeatureManifestEntry(
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
    /// <summary>Describes a modality whose file is in a folder already.</summary>
    /// <param name="directory">The folder that holds <c>NAME_feat.npy</c>.</param>
    /// <param name="modality">The features the file holds.</param>
    /// <param name="encoder">What made them.</param>
    /// <param name="version">Version of the encoder.</param>
    /// <param name="content">SHA-256 over what was encoded.</param>
    /// <exception cref="InvalidInputException">The file is absent or no matrix.</exception>
    public static FeatureManifestEntry Of(string directory, Modality modality, string encoder, string version, string content)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(modality);
        string path = FeatureFolder.PathOf(directory, modality.Name);
        return new FeatureManifestEntry(
            modality.Name, Path.GetFileName(path), modality.Features.Rows, modality.Dimensions, DtypeOf(path),
            encoder, version, content, AtomicFile.Checksum(path),
            [.. Enumerable.Range(0, modality.Features.Rows).Where(item => modality.Missing[item])]);
    }

    /// <summary>Type of the numbers in an NPY file.</summary>
    /// <exception cref="InvalidInputException">The file is absent or no matrix.</exception>
    internal static string DtypeOf(string path) => $"float{8 * NpyReader.ReadHeader(path).ElementSize}";
}
