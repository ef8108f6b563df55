using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

internal sealed partial record FeatureManifest
{
    private const string Remedy = "so encode the items again, or delete the file to do without its checks";
    private const int HashLength = 64;

    /// <summary>Compares with the items' ids and the feature files beside the manifest.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="modalities">The features read from its files.</param>
    /// <param name="itemIds">External ids of the items, in order.</param>
    /// <param name="source">Where the ids are, for messages.</param>
    /// <exception cref="InvalidInputException">Something disagrees.</exception>
    internal void Check(string directory, IReadOnlyList<Modality> modalities, IReadOnlyCollection<string> itemIds, string source)
    {
        string path = Path.Combine(directory, FileName);
        if (Items != itemIds.Count)
            throw new InvalidInputException(
                $"'{path}' describes features of {Items:N0} items, but there are {itemIds.Count:N0} in {source}; expected the same items, {Remedy}.");

        if (ItemIds != HashOf(itemIds))
            throw new InvalidInputException(
                $"'{path}' describes features of other items, or in another order, than {source} names; expected the same ids in the same order, {Remedy}.");

        foreach (FeatureManifestEntry entry in Modalities)
        {
            Modality modality = modalities.FirstOrDefault(m => m.Name == entry.Name) ?? throw new InvalidInputException(
                $"'{path}' describes {Shown(entry.File)}, which is not there; expected it beside the manifest, so put it back or take its entry out.");
            CheckFile(path, FeatureFolder.PathOf(directory, entry.Name), entry, modality);
        }
    }

    private static void CheckFile(string path, string file, FeatureManifestEntry entry, Modality modality)
    {
        Compare("rows", $"{entry.Rows}", $"{modality.Features.Rows}");
        Compare("dimensions", $"{entry.Dimensions}", $"{modality.Dimensions}");
        NpyHeader header = NpyReader.ReadHeader(file, out bool isUsual);
        Compare("dtype", entry.Dtype, $"float{8 * header.ElementSize}");
        HashSet<int> missing = [.. entry.Missing];
        for (int item = 0; item < modality.Features.Rows; item++)
        {
            if (missing.Contains(item) == modality.Missing[item]) continue;
            throw new InvalidInputException(modality.Missing[item]
                ? $"Row {item} of '{file}' holds zeros only, but '{path}' does not list item {item} as missing; expected the two to agree, {Remedy}."
                : $"'{path}' lists item {item} as missing, but row {item} of '{file}' holds features; expected zeros there, {Remedy}.");
        }

        if ((isUsual ? DatasetFingerprint.Of(modality) : Checksums.Of(file)) != entry.Sha256)
            throw new InvalidInputException(
                $"'{file}' is not the file that '{path}' describes: their checksums (sha256) differ; expected it unchanged, so restore it or encode the items again.");

        void Compare(string field, string said, string found)
        {
            if (said == found) return;
            throw new InvalidInputException($"'{path}' says that '{file}' has {field} {Shown(said)}, but it has {found}; expected the two to agree, {Remedy}.");
        }
    }

    private static string Shown(string value) => SourceText.Quoted(value);

    /// <summary>Refuses what can be seen to be wrong without the feature files.</summary>
    private void RefuseMalformed(string path)
    {
        if (Format != CurrentFormat) Refuse("format", $"{Format}", $"{CurrentFormat}");
        RequireHash("itemIds", ItemIds);
        var names = new HashSet<string>();
        foreach (FeatureManifestEntry entry in Modalities)
        {
            if (string.IsNullOrWhiteSpace(entry.Name) || !names.Add(entry.Name)) Refuse("name", entry.Name, "each modality's name once");
            if (entry.File != FeatureFolder.FileOf(entry.Name)) Refuse("file", entry.File, FeatureFolder.FileOf(entry.Name));
            if (string.IsNullOrWhiteSpace(entry.Encoder)) Refuse("encoder", entry.Encoder, "the name of what made the features");
            if (string.IsNullOrWhiteSpace(entry.Version)) Refuse("version", entry.Version, "the encoder's version");
            if (entry.Space is { } space && string.IsNullOrWhiteSpace(space)) Refuse("space", space, "the name of the features' space, or none");
            RequireHash("content", entry.Content);
            RequireHash("sha256", entry.Sha256);
            for (int i = 0; i < entry.Missing.Count; i++)
            {
                if (entry.Missing[i] < 0 || entry.Missing[i] >= Items || (i > 0 && entry.Missing[i] <= entry.Missing[i - 1]))
                    Refuse("missing", $"{entry.Missing[i]}", $"items 0 to {Items - 1}, ascending");
            }
        }

        void RequireHash(string field, string value)
        {
            if (value.Length != HashLength || !value.All(char.IsAsciiHexDigitLower)) Refuse(field, value, "64 lower-case hexadecimal digits");
        }

        void Refuse(string field, string value, string expected) =>
            throw new InvalidInputException($"'{path}' has the {field} {Shown(value)}; expected {expected.ReplaceLineEndings(" ")}, {Remedy}.");
    }
}
