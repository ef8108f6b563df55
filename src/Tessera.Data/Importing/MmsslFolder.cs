using System.Globalization;
using System.Text.Json;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>
/// A folder of MMSSL: <c>train.json</c>, <c>val.json</c> and <c>test.json</c>, each an object of users with lists of items, all
/// numbered from 0, and any number of <c>MODALITY_feat.npy</c>.
/// </summary>
internal static class MmsslFolder
{
    private static readonly string[] Files = ["train.json", "val.json", "test.json"];

    /// <summary>Reads the folder as a data set of its name.</summary>
    /// <exception cref="InvalidInputException">A file is absent or cannot be used.</exception>
    public static Dataset Read(string directory, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            throw new InvalidInputException($"There is no folder '{directory}'; expected one with {string.Join(", ", Files)}, so check the path.");
        List<(int User, int Item)>[] splits = [.. Files.Select(file => ReadPairs(Path.Combine(directory, file), cancellationToken))];
        RefuseGaps(splits, directory);
        int users = splits.Max(pairs => pairs.Select(pair => pair.User + 1).DefaultIfEmpty().Max());
        int items = splits.Max(pairs => pairs.Select(pair => pair.Item + 1).DefaultIfEmpty().Max());
        FeatureFolder features = FeatureFolder.Read(directory, cancellationToken);
        IReadOnlyList<Modality> modalities = features.Modalities;
        if (splits[0].Count == 0)
            throw new InvalidInputException(
                $"'{Path.Combine(directory, Files[0])}' holds no interaction; expected those to train on, so add them.");

        if (modalities.Count > 0 && modalities[0].Features.Rows is var rows)
        {
            if (rows < items)
            {
                throw new InvalidInputException(
                    $"'{FeatureFolder.PathOf(directory, modalities[0].Name)}' has {rows:N0} rows, but the interactions name {items:N0} items (0 to {items - 1}); "
                    + "expected one row per item, so add the missing rows.");
            }

            items = rows; // those beyond the interactions are cold
        }

        Interactions[] parts = [.. splits.Select(pairs => Interactions.FromPairs(users, items, pairs))];
        RefuseOverlap(parts, directory);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        int repeated = splits.Sum(pairs => pairs.Count) - parts.Sum(part => part.Count);
        var dataset = new Dataset(name, parts[0], parts[1], parts[2], modalities);
        features.CheckItems(dataset.AllItemIds(), string.Join(", ", Files));
        dataset.Notices = repeated == 0 ? features.Notices : [$"Merged {SourceText.Counted(repeated, "repeated interaction")}.", .. features.Notices];
        return dataset;
    }

    private static List<(int User, int Item)> ReadPairs(string path, CancellationToken cancellationToken)
    {
        using var file = new SourceFile(path);
        var pairs = new List<(int User, int Item)>();
        try
        {
            using JsonDocument json = JsonDocument.Parse(file, JsonRecord.Strict);
            foreach (JsonProperty user in json.RootElement.EnumerateObject())
            {
                cancellationToken.ThrowIfCancellationRequested();
                int number = Number(user.Name, "user", path);
                foreach (JsonElement item in user.Value.EnumerateArray()) pairs.Add((number, Number(item.GetRawText(), "item", path)));
            }
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"'{path}' holds no interactions ({SourceText.Reason(cause)}); "
                + "expected one JSON object of users with lists of items, such as {\"0\": [3, 7]}, so restore it.", cause);
        }

        return pairs;
    }

    private static int Number(string text, string kind, string path) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < int.MaxValue
            ? number
            : throw new InvalidInputException($"'{path}' has the {kind} {SourceText.Quoted(text)}; expected a whole number from 0, so number the {kind}s.");

    /// <summary>Ids far above the number of interactions are no numbering from 0 and would take all memory.</summary>
    private static void RefuseGaps(List<(int User, int Item)>[] splits, string directory)
    {
        long count = splits.Sum(pairs => (long)pairs.Count), most = IdNumbering.Limit(count);
        for (int file = 0; file < splits.Length; file++)
        {
            int at = splits[file].FindIndex(pair => Math.Max(pair.User, pair.Item) >= most);
            if (at < 0) continue;
            (int user, int item) = splits[file][at];
            (string kind, int id) = user >= most ? ("user", user) : ("item", item);
            throw new InvalidInputException(
                $"'{Path.Combine(directory, Files[file])}' has the {kind} {id}, far above the {count:N0} interactions of the folder; "
                + $"expected ids numbered from 0 almost without gaps, so renumber the {kind}s.");
        }
    }

    private static void RefuseOverlap(Interactions[] splits, string directory)
    {
        if (Interactions.FindOverlap(splits) is not (var user, var item, var first, var second)) return;
        throw new InvalidInputException(
            $"User {user} with item {item} is both in {Files[first]} and in {Files[second]} of '{directory}'; "
            + "expected each pair in one of them, so remove one.");
    }
}
