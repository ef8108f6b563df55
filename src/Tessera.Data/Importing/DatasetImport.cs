using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Imports what is split and numbered already: it becomes a data set at once.</summary>
internal static class DatasetImport
{
    private const string Spool = "items.spool", Table = "items.jsonl";

    /// <summary>Options that only some formats have, which those of data sets do, all for the item table.</summary>
    public static IReadOnlyList<string> OwnOptions { get; } = [.. CsvFormat.TableOptions, "--encoding"];

    /// <summary>Writes a data set, and its item table where one is given.</summary>
    /// <param name="options">What to import, and the destination.</param>
    /// <param name="loaded">The data set.</param>
    /// <param name="times">The time of each pair, or null where there are none.</param>
    /// <param name="cancellationToken">Stops it; nothing is left then.</param>
    /// <exception cref="InvalidInputException">The item table or the folder cannot be used.</exception>
    public static ImportResult Run(
        ImportOptions options, Dataset loaded, IReadOnlyDictionary<(int User, int Item), double>? times, CancellationToken cancellationToken)
    {
        Dataset data = options.Name is { } name ? Renamed(loaded, name) : loaded;
        List<string> notices = [.. loaded.Notices];
        using var folder = new AtomicFolder(options.Directory);
        folder.Guarded(() =>
        {
            DatasetWriter.WriteInto(folder.Path, data, times);
            WriteOrigins(data, options.Events, folder.Path, notices);
            SplitRecord.ReadIfPresent(options.Events, data)?.Write(folder.Path);
        });
        int described = 0;
        if (options.Items is not null) described = WriteItems(options, data, folder, notices, cancellationToken);
        else if (File.Exists(Path.Combine(options.Events, Table))) notices.Add($"{Table} was left out; name it with --items to include it.");
        folder.Complete();
        int count = data.Train.Count + data.Validation.Count + data.Test.Count;
        return new ImportResult(data.Name, IsDataset: true, data.Users, data.Items, count, described, notices);
    }

    /// <summary>Writes the source folder's manifest entries and encoders for the features, whose rows keep their order.</summary>
    private static void WriteOrigins(Dataset data, string source, string folder, List<string> notices)
    {
        IReadOnlyList<FeatureManifestEntry> known = FeatureManifest.ReadIfPresent(source)?.Modalities ?? [];
        FeatureManifest manifest = FeatureManifest.For(data.AllItemIds());
        foreach (Modality modality in data.Modalities)
        {
            string ids = FeatureFolder.IdsPathOf(source, modality.Name);
            if (File.Exists(ids)) Copy(ids, FeatureFolder.IdsPathOf(folder, modality.Name));
            if (known.FirstOrDefault(entry => entry.Name == modality.Name) is { } entry)
                manifest = manifest.With(FeatureManifestEntry.Of(modality, entry.Encoder, entry.Version, entry.Content));
            if (!EncoderFile.Copy(modality, folder)) notices.Add($"{Path.GetFileName(modality.FittedEncoder)} was left out: it is not what made the features of '{modality.Name}'.");
        }

        if (manifest.Modalities.Count > 0) manifest.Write(folder);
    }

    private static void Copy(string source, string target)
    {
        using FileStream file = InputFile.Open(source);
        AtomicFile.Write(target, file.CopyTo);
    }

    private static int WriteItems(ImportOptions options, Dataset data, AtomicFolder folder, List<string> notices, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> ids = data.AllItemIds();
        var numbers = ids.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        int described;
        using (var spool = new ItemSpool(folder.In(Spool), options.Directory, TemporaryFile.Open))
        {
            var join = new ItemJoin(options.Items!, ids, NumberOf, OwnOptions);
            var pictures = new ItemPictures(options.Items!, options.Images);
            var sink = new ItemSink(options.Items!, NumberOf, Add, join, pictures, progress: null, cancellationToken) { Encoding = options.Encoding };
            CsvFormat.ReadTable(options, sink);
            described = spool.Count;
            sink.End((double)described / ids.Count);
            notices.AddRange(sink.Notices);

            ItemAddition Add(ItemRecord record) =>
                NumberOf(record.Id) is >= 0 and var item ? folder.Guarded(() => spool.Add(item, record)) : ItemAddition.LeftOut;
            folder.Guarded(() => AtomicFile.WriteBuffered(folder.In(Table), stream => spool.WriteTo(stream, ids, cancellationToken)));
        }

        return described;

        int NumberOf(string id) => numbers.GetValueOrDefault(id, -1);
    }

    private static Dataset Renamed(Dataset data, string name) =>
        new(name, data.Train, data.Validation, data.Test, data.Modalities) { UserIds = data.UserIds, ItemIds = data.ItemIds };
}
