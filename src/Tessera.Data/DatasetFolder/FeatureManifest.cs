using System.Security.Cryptography;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>The contents of a folder's feature files, and their items: the file <c>modalities.json</c> beside them.</summary>
/// <param name="Format">Version of the file's format, <see cref="CurrentFormat"/>.</param>
/// <param name="Items">Number of items.</param>
/// <param name="ItemIds">Hash of the items' external ids in the order of the rows, see <see cref="HashOf"/>.</param>
/// <param name="Modalities">The feature files, in ordinal order of their modalities' names.</param>
internal sealed partial record FeatureManifest(int Format, int Items, string ItemIds, IReadOnlyList<FeatureManifestEntry> Modalities)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "modalities.json";

    /// <summary>The format that is written and read.</summary>
    public const int CurrentFormat = 1;

    /// <summary>A manifest for some items, without a feature file yet.</summary>
    /// <param name="itemIds">External ids in the order of the rows.</param>
    public static FeatureManifest For(IReadOnlyCollection<string> itemIds) => new(CurrentFormat, itemIds.Count, HashOf(itemIds), []);

    /// <summary>SHA-256 of the ids in UTF-8 with a line feed between two, 64 lower-case hexadecimal digits.</summary>
    public static string HashOf(IEnumerable<string> itemIds) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', itemIds))));

    /// <summary>The same manifest with one more feature file, or with a new description of one.</summary>
    public FeatureManifest With(FeatureManifestEntry entry) => this with
    {
        Modalities = [.. Modalities.Where(other => other.Name != entry.Name).Append(entry).OrderBy(other => other.Name, StringComparer.Ordinal)],
    };

    /// <summary>Reads a folder's manifest; null where it has none.</summary>
    /// <exception cref="InvalidInputException">The file is not a manifest of the current format.</exception>
    public static FeatureManifest? ReadIfPresent(string directory)
    {
        string path = Path.Combine(directory, FileName);
        return JsonRecord.ReadIfPresent<FeatureManifest>(
            path, "is not a feature manifest", $"expected what 'tessera data' writes, {Remedy}", manifest => manifest.RefuseMalformed(path));
    }

    /// <summary>Writes the manifest into a folder, whole, over the one that was there.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public void Write(string directory) => JsonRecord.Write(Path.Combine(directory, FileName), this);
}
