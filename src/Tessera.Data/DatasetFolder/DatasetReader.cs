using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>Reads a data set in the layout of MMRec from a directory.</summary>
/// <remarks>
/// The directory holds one <c>NAME.inter</c> (columns <c>userID itemID x_label</c>, rating and timestamp optional, tab- or
/// comma-separated, RecBole's names and typed headers too; x_label 0 training, 1 validation, 2 test; ids from 0), any number
/// of <c>MODALITY_feat.npy</c> with one row per item, and optionally <c>u_id_mapping.csv</c> and <c>i_id_mapping.csv</c> with
/// the external ids of users and items. Users and items that a mapping names, and items that have a row of features, count even without an
/// interaction. Where <c>modalities.json</c> or a <c>MODALITY_feat.ids</c>
/// says which item each row of a feature file belongs to, that is checked, and so is a <c>split.json</c>.
/// </remarks>
public static class DatasetReader
{
    internal const string UserMapping = "u_id_mapping.csv", ItemMapping = "i_id_mapping.csv";

    /// <summary>Reads and checks all files; modalities come in ordinal order of their names.</summary>
    /// <param name="directory">The directory; the data set is named after its <c>.inter</c> file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The data set; its <see cref="Dataset.Notices"/> say what is unusual.</returns>
    /// <exception cref="InvalidInputException">A file cannot be used; the message names file, place and remedy.</exception>
    public static Dataset Read(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        InteractionTable table = InteractionFile.Read(FindInteractionFile(directory), cancellationToken);
        FeatureFolder features = FeatureFolder.Read(directory, cancellationToken);
        IReadOnlyList<string>? userIds = IdMapping.ReadIfPresent(Path.Combine(directory, UserMapping), "userID", table.Records.Max(record => record.User) + 1);
        int users = userIds?.Count ?? CountOf("user", table, record => record.User);
        RefuseItemsWithoutRow(features.Modalities, table);
        IReadOnlyList<string>? itemIds = IdMapping.ReadIfPresent(Path.Combine(directory, ItemMapping), "itemID", table.Records.Max(record => record.Item) + 1);
        int? rows = features.Modalities.Count > 0 ? features.Modalities[0].Features.Rows : null;
        if (itemIds is not null && rows is not null && itemIds.Count != rows)
            throw new InvalidInputException(
                $"'{Path.Combine(directory, ItemMapping)}' names {itemIds.Count:N0} items, but '{FeatureFolder.FileOf(features.Modalities[0].Name)}' has {rows:N0} rows; "
                + "expected one row per item, so complete the shorter of the two.");
        int items = rows ?? itemIds?.Count ?? CountOf("item", table, record => record.Item);
        Interactions[] splits = table.Split(users, items);
        if (splits[0].Count == 0)
            throw new InvalidInputException(
                $"'{table.Path}' has no line with x_label 0 among its {table.Records.Count:N0}; expected training interactions, so label them 0.");

        var dataset = new Dataset(Path.GetFileNameWithoutExtension(table.Path), splits[0], splits[1], splits[2], features.Modalities)
        {
            UserIds = userIds,
            ItemIds = itemIds,
            ItemTitles = new(() => itemIds is null ? null : ItemTitles.ReadIfPresent(directory, itemIds)),
        };
        features.CheckItems(dataset.AllItemIds(), dataset.ItemIds is null ? Path.GetFileName(table.Path) : ItemMapping);
        dataset.ColdItems = SplitRecord.ReadIfPresent(directory, dataset)?.MixedColdItems();
        dataset.Notices = [.. DatasetNotices.Of(dataset, table), .. features.Notices];
        return dataset;
    }

    /// <summary>The one <c>.inter</c> file of a data set's folder.</summary>
    /// <exception cref="InvalidInputException">The folder is absent or is no data set.</exception>
    internal static string FindInteractionFile(string directory)
    {
        if (!Directory.Exists(directory))
            throw new InvalidInputException(
                $"Directory '{directory}' does not exist; expected the folder that holds the .inter file, so check the path.");

        string[] files = InputFile.List(directory, "*.inter").Order(StringComparer.Ordinal).ToArray();
        return files.Length switch
        {
            1 => files[0],
            0 => throw new InvalidInputException(
                $"Folder '{directory}' has no .inter file; expected exactly one, so put it there, or give a folder that 'tessera data split' wrote."),
            _ => throw new InvalidInputException(
                $"Folder '{directory}' has {files.Length} .inter files ({string.Join(", ", files.Select(Path.GetFileName))}); "
                + "expected exactly one, so move the others away."),
        };
    }

    private static void RefuseItemsWithoutRow(IReadOnlyList<Modality> modalities, InteractionTable table)
    {
        if (modalities.Count == 0) return;
        int rows = modalities[0].Features.Rows;
        int largest = table.Records.Max(record => record.Item);
        if (largest < rows) return;
        int at = table.Records.FindIndex(record => record.Item == largest);
        throw new InvalidInputException(
            $"Line {InteractionTable.LineOf(at)} of '{table.Path}' names item {largest}, "
            + $"which has no row in '{FeatureFolder.FileOf(modalities[0].Name)}' ({rows:N0} rows, items 0 to {rows - 1}); "
            + "expected one row per item, so add the missing rows or remove the item.");
    }

    /// <summary>Number of users or items where nothing else tells it: one more than the largest id.</summary>
    private static int CountOf(string kind, InteractionTable table, Func<(int User, int Item, int Split), int> idOf)
    {
        int largest = table.Records.Max(idOf), count = table.Records.Count;
        if (largest < IdNumbering.Limit(count)) return largest + 1;
        throw new InvalidInputException(
            $"Line {InteractionTable.LineOf(table.Records.FindIndex(record => idOf(record) == largest))} of '{table.Path}' has the {kind} id {largest}, "
            + $"far above the {count:N0} interactions of the file; expected ids numbered from 0 almost without gaps, so renumber the {kind}s.");
    }
}
