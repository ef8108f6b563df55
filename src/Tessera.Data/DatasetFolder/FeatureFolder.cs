using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>
/// The features in a folder: any number of <c>MODALITY_feat.npy</c>, one row per item; <see cref="FeatureManifest"/> and, for
/// each modality, <c>MODALITY_feat.ids</c> (the external id of each row, one per line) say which item each row belongs to; an
/// <see cref="EncoderFile"/> encodes later items.
/// </summary>
internal sealed class FeatureFolder
{
    private const string FeatureSuffix = "_feat.npy";
    private const string IdsSuffix = "_feat.ids";
    private readonly string _directory;
    private readonly List<string> _notices = [];

    private FeatureFolder(string directory, FeatureManifest? manifest, IReadOnlyList<Modality> modalities)
    {
        _directory = directory;
        Manifest = manifest;
        Modalities = modalities;
    }

    /// <summary>The features, in ordinal order of their names.</summary>
    public IReadOnlyList<Modality> Modalities { get; }

    /// <summary>What describes the files, or null where the folder has no manifest.</summary>
    public FeatureManifest? Manifest { get; }

    /// <summary>One sentence each on what <see cref="CheckItems"/> found unusual.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Path of a modality's feature file.</summary>
    public static string PathOf(string directory, string modality) => Path.Combine(directory, FileOf(modality));

    /// <summary>Path of the file with the external id of each row of a modality's features.</summary>
    public static string IdsPathOf(string directory, string modality) => Path.Combine(directory, modality + IdsSuffix);

    /// <summary>Reads all feature files of a folder, which all have the same number of rows.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidInputException">A file cannot be used.</exception>
    public static FeatureFolder Read(string directory, CancellationToken cancellationToken = default)
    {
        FeatureManifest? manifest = FeatureManifest.ReadIfPresent(directory);
        var modalities = new List<Modality>();
        foreach (string path in InputFile.List(directory, "*" + FeatureSuffix).OrderBy(NameOf, StringComparer.Ordinal))
        {
            string name = NameOf(path);
            if (string.IsNullOrWhiteSpace(name))
            {
                throw new InvalidInputException(
                    $"'{path}' names no modality; "
                    + $"expected a name before '{FeatureSuffix}', so rename it, for instance to image{FeatureSuffix}.");
            }

            if (name.Contains(',', StringComparison.Ordinal))
                throw new InvalidInputException(
                    $"'{path}' names the modality '{name}'; expected a name without commas, which separate names in lists, so rename it.");

            string encoder = EncoderFile.PathOf(directory, name);
            FeatureManifestEntry? entry = manifest?.Modalities.FirstOrDefault(e => e.Name == name);
            modalities.Add(new Modality(name, NpyReader.Read(path, cancellationToken))
            {
                Encoder = entry?.Encoder,
                Version = entry?.Version,
                Space = entry?.Space,
                Fields = entry?.Fields,
                FittedEncoder = entry is not null && File.Exists(encoder) ? encoder : null,
            });
        }

        RefuseDisagreement(modalities);
        return new FeatureFolder(directory, manifest, modalities);
    }

    /// <summary>Checks that the rows are those of the items: by the manifest, and by the files of ids.</summary>
    /// <param name="itemIds">External ids of the items, in order.</param>
    /// <param name="source">Where the ids are, for messages.</param>
    /// <exception cref="InvalidInputException">Manifest or ids disagree with the items or the files.</exception>
    public void CheckItems(IReadOnlyList<string> itemIds, string source)
    {
        foreach (Modality modality in Modalities)
        {
            string ids = IdsPathOf(_directory, modality.Name);
            if (File.Exists(ids)) CompareIds(ids, itemIds, source);
            else if (Manifest is not null && Manifest.Modalities.All(entry => entry.Name != modality.Name))
                _notices.Add($"{FileOf(modality.Name)} is not in {FeatureManifest.FileName}: that its rows are in the items' order is not checked.");
        }

        Manifest?.Check(_directory, Modalities, itemIds, source);
    }

    internal static string FileOf(string modality) => modality + FeatureSuffix;

    private static string NameOf(string path) => Path.GetFileName(path)[..^FeatureSuffix.Length];

    private static void RefuseDisagreement(List<Modality> modalities)
    {
        if (modalities.Count == 0) return;
        int rows = modalities[0].Features.Rows;
        if (modalities.Find(m => m.Features.Rows != rows) is { } other)
        {
            throw new InvalidInputException(
                $"'{FileOf(modalities[0].Name)}' has {SourceText.Counted(rows, "row")} and '{FileOf(other.Name)}' {other.Features.Rows:N0}; "
                + "expected one row per item in each, so extract them for the same items.");
        }
    }

    private static void CompareIds(string path, IReadOnlyList<string> itemIds, string source)
    {
        using var lines = new LineReader(path);
        int item = 0;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (item == itemIds.Count && line.IsEmpty) continue;
            if (item == itemIds.Count)
                throw new InvalidInputException(
                    $"{Found(line)}, but {source} has only {SourceText.Counted(itemIds.Count, "item")}; expected one id per item, so remove the rows of the others.");
            if (!line.SequenceEqual(Encoding.UTF8.GetBytes(itemIds[item])))
                throw new InvalidInputException(
                    $"{Found(line)}, but item {item} in {source} is {SourceText.Quoted(itemIds[item])}; "
                    + "expected the rows in the items' order, so reorder the features or extract them again.");
            item++;
        }

        if (item < itemIds.Count)
            throw new InvalidInputException(
                $"'{path}' ends after {SourceText.Counted(item, "id")}, but {source} has {SourceText.Counted(itemIds.Count, "item")}; expected one id per item, so add the others.");

        string Found(ReadOnlySpan<byte> line) => $"Line {lines.Line} of '{path}' names item {SourceText.Quoted(line)}";
    }
}
