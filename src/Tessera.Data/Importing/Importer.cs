using System.Text;
using System.Text.Json.Nodes;
using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Turns what a shop or a published data set gives into an <see cref="EventLog"/>.</summary>
public static class Importer
{
    private const int MaxNameBytes = 200;

    /// <summary>Names of the formats.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["csv", "jsonl", "parquet", "amazon2014", "amazon2018", "amazon2023", "movielens", "microlens", "recbole", "mmrec", "mmssl"];

    /// <summary>
    /// Imports events, and the items' texts and pictures. Ids are numbered as they come; items of the table without events come
    /// after the others; repeated events are kept. The formats mmrec and mmssl hold splits and numbered ids already and become a data set.
    /// </summary>
    /// <param name="options">What to import, and the destination.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="cancellationToken">Stops it; nothing is left then.</param>
    /// <exception cref="InvalidInputException">An option, a file or the folder cannot be used.</exception>
    /// <exception cref="StorageException">The system refuses to write.</exception>
    public static ImportResult Run(ImportOptions options, IProgress<ImportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckValues(options);
        switch (options.Format)
        {
            case "mmrec":
                CheckOptions(options, DatasetImport.OwnOptions, ofTable: DatasetImport.OwnOptions);
                return DatasetImport.Run(
                    options, DatasetReader.Read(options.Events, cancellationToken), InteractionTimes.ReadIfPresent(options.Events, cancellationToken), cancellationToken);
            case "mmssl":
                CheckOptions(options, DatasetImport.OwnOptions, ofTable: DatasetImport.OwnOptions);
                return DatasetImport.Run(options, MmsslFolder.Read(options.Events, cancellationToken), times: null, cancellationToken);
            default:
                SourceFormat format = FormatOf(options.Format);
                ImportOptions located = format.Located(options);
                CheckOptions(located, [.. format.OwnOptions(located), "--encoding", "--time-format", "--skip-bad-rows"], ofTable: ["--item-id-column", "--image-column"]);
                return Run(located, format, progress, cancellationToken);
        }
    }

    private static ImportResult Run(ImportOptions options, SourceFormat format, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        string name = options.Name ?? NameOf(options.Events);
        using var writer = new EventLogWriter(options.Directory, name, SourceOf(options));
        IReadOnlyList<string> own = format.OwnOptions(options);
        var rejected = new RejectedRows(options.SkipBadRows);
        var events = new EventSink(writer, progress, cancellationToken) { TimeFormat = options.TimeFormat, Before = Before("--time-column"), Rejected = rejected };
        format.ReadEvents(options, events);
        List<string> notices = [.. events.Notices, .. LookAlikes.Notices(writer.UserIds, "user"), .. LookAlikes.Notices(writer.ItemIds, "item")];
        if (options.Items is { } table)
        {
            var join = new ItemJoin(table, writer.ItemIds, NumberOf, own, format.Instead);
            var items = new ItemSink(
                table, NumberOf, writer.AddItem, join, new ItemPictures(table, options.Images, Before("--image-column")),
                share => progress?.Report(new ImportProgress("items", writer.Events, share)), cancellationToken)
            {
                HasEvents = item => NumberOf(item) >= 0,
                Encoding = options.Encoding,
                Rejected = rejected,
            };
            format.ReadItems(options, items);
            items.End((double)writer.DescribedEvents / writer.Events);
            notices.AddRange(items.Notices);
        }

        if (options.ImageFeatures is { } features) AddImageFeatures(features, writer, notices, cancellationToken);
        if (rejected.Count > 0)
        {
            writer.AddFiles(rejected.Write);
            notices.Add($"Left out {SourceText.Counted(rejected.Count, "bad row")}, listed in {Path.Combine(options.Directory, RejectedRows.FileName)}.");
        }

        progress?.Report(new ImportProgress("writing", writer.Events, 0));
        writer.Complete(StepOf(options, writer), cancellationToken);
        return new ImportResult(name, IsDataset: false, writer.Users, writer.Items, writer.Events, writer.DescribedItems, notices)
        {
            FirstTime = SourceTime.DateOf(writer.FirstTime),
            LastTime = SourceTime.DateOf(writer.LastTime),
            RejectedRows = rejected.Count,
            ItemsWithoutEvents = writer.ItemsWithoutEvents,
        };

        string Before(string option) => own.Contains(option) ? "" : format.Instead;

        int NumberOf(string item) => writer.ItemIds.TryFind(item, out int number) ? number : -1;
    }

    private static SourceFormat FormatOf(string format) => format switch
    {
        "csv" => new CsvFormat(),
        "jsonl" => new JsonlFormat(),
        "amazon2014" => new AmazonFormat(2014),
        "amazon2018" => new AmazonFormat(2018),
        "amazon2023" => new AmazonFormat(2023),
        "movielens" => new MovieLensFormat(),
        "microlens" => new MicroLensFormat(),
        "recbole" => new RecBoleFormat(),
        "parquet" => new ParquetFormat(),
        _ => throw new InvalidInputException($"There is no format '{format}'; expected one of {string.Join(", ", Formats)}."),
    };

    private static void CheckValues(ImportOptions options)
    {
        if (options.TimeFormat is { } form) SourceTime.CheckFormat(form);
        if (options.SkipBadRows < 0)
            throw new InvalidInputException($"--skip-bad-rows is {options.SkipBadRows}; expected a number from 0, so give one.");
        if (options.Name is { } chosen && (string.IsNullOrWhiteSpace(chosen) || chosen.AsSpan().ContainsAny(Path.GetInvalidFileNameChars())
            || ExternalId.Fault(chosen) is not null || Encoding.UTF8.GetByteCount(chosen) > MaxNameBytes))
        {
            throw new InvalidInputException(
                $"The name {SourceText.Quoted(chosen)} cannot be a file name; expected at most {MaxNameBytes} letters, digits, dots and dashes, so choose another.");
        }
    }

    /// <summary>Refuses options that the format does not have, and those of an item table where there is none.</summary>
    private static void CheckOptions(ImportOptions options, IReadOnlyList<string> own, IReadOnlyList<string> ofTable)
    {
        (string Name, string? Value)[] given =
        [
            ("--user-column", options.UserColumn), ("--item-column", options.ItemColumn), ("--rating-column", options.RatingColumn),
            ("--time-column", options.TimeColumn), ("--item-id-column", options.ItemIdColumn), ("--image-column", options.ImageColumn),
            ("--separator", options.Separator), ("--quote", options.Quote), ("--no-header", options.NoHeader ? "" : null),
            ("--encoding", options.Encoding), ("--time-format", options.TimeFormat), ("--skip-bad-rows", options.SkipBadRows != 0 ? "" : null),
            ("--image-features", options.ImageFeatures),
        ];
        foreach ((string name, string? value) in given)
        {
            if (value is not null && !own.Contains(name))
                throw new InvalidInputException($"Format {options.Format} has no {name}; leave it out, or choose the format that has it.");
        }

        if (options.Items is not null) return;
        string? lacking = options.Images is not null ? "--images" : given.FirstOrDefault(one => one.Value is not null && ofTable.Contains(one.Name)).Name;
        if (lacking is not null) throw new InvalidInputException($"There is no item table for {lacking}; expected one, so name it with --items.");
    }

    private static void AddImageFeatures(string path, EventLogWriter writer, List<string> notices, CancellationToken cancellationToken)
    {
        using Matrix features = AmazonImageFeatures.Read(path, writer.ItemIds, cancellationToken);
        var modality = new Modality("image", features);
        int missing = modality.MissingCount;
        if (missing > 0) notices.Add($"No features in {Path.GetFileName(path)} for {SourceText.Counted(missing, "item")}, marked missing.");
        writer.AddFiles(folder =>
        {
            NpyWriter.Write(FeatureFolder.PathOf(folder, modality.Name), features);
            FeatureManifestEntry entry = FeatureManifestEntry.Of(modality, "amazon-image-features", "2014", DatasetFingerprint.Of(modality));
            FeatureManifest.For([.. writer.ItemIds]).With(entry).Write(folder);
        });
    }

    private static string NameOf(string path)
    {
        string file = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        int dot = file.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? file[..dot] : file;
    }

    private static JsonObject SourceOf(ImportOptions options)
    {
        var source = new JsonObject { ["format"] = options.Format, ["events"] = Path.GetFileName(options.Events) };
        if (options.Items is { } items) source["items"] = Path.GetFileName(items);
        if (options.ImageFeatures is { } features) source["imageFeatures"] = Path.GetFileName(features);
        return source;
    }

    private static JsonObject StepOf(ImportOptions options, EventLogWriter writer) => new()
    {
        ["step"] = "import",
        ["format"] = options.Format,
        ["users"] = writer.Users,
        ["items"] = writer.Items,
        ["itemsWithoutEvents"] = writer.ItemsWithoutEvents,
        ["events"] = writer.Events,
        ["describedItems"] = writer.DescribedItems,
    };
}
