using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Parquet, in one file or in a folder of parts; the item table may be of another kind, too.</summary>
internal sealed class ParquetFormat : SourceFormat
{
    private const string Extension = ".parquet";

    private static ReadOnlySpan<byte> Mark => "PAR1"u8;

    public override IReadOnlyList<string> OwnOptions(ImportOptions options) => CsvFormat.OptionsBeside(options.Items);

    public override void ReadEvents(ImportOptions options, EventSink sink)
    {
        string[] parts = Parts(options.Events);
        JsonEventKeys? first = null;
        foreach (string part in parts)
        {
            using var file = new ParquetFile(part);
            var keys = new JsonEventKeys(options, file.Columns, file.Here);
            first ??= keys;
            keys.RefuseOther(first);
            file.ReadRows(keys.Names, sink.Rejected, row =>
            {
                keys.Read(row, file, sink);
                sink.Report(file.Share);
            });
        }

        sink.End(options.Events);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Events));
        if (!first!.HasRating) sink.Notices.Add($"{name} names no rating column: the events have no ratings.");
        if (!first.HasTime) sink.Notices.Add($"{name} names no time column: the events have no times.");
    }

    public override void ReadItems(ImportOptions options, ItemSink sink) => CsvFormat.ReadTable(options, sink);

    /// <summary>Reads an item table; columns other than id and picture are texts where they hold texts.</summary>
    public static void ReadTable(ImportOptions options, ItemSink sink)
    {
        var keys = new JsonItemKeys(options, sink);
        foreach (string part in Parts(sink.TablePath))
        {
            using var file = new ParquetFile(part);
            file.ReadRows(file.Columns, sink.Rejected, row =>
            {
                sink.Report(file.Share);
                keys.Read(row, file);
            });
        }

        keys.End();
    }

    /// <summary>Whether a table is a folder or begins like a file of Parquet.</summary>
    public static bool IsParquet(string path)
    {
        if (Directory.Exists(path)) return true;
        using FileStream file = InputFile.Open(path);
        Span<byte> first = stackalloc byte[Mark.Length];
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual(Mark);
    }

    /// <exception cref="InvalidInputException">A folder has no part.</exception>
    private static string[] Parts(string path)
    {
        if (!Directory.Exists(path)) return [path];
        string[] parts = [.. Directory.EnumerateFiles(path, "*" + Extension).Order(StringComparer.Ordinal)];
        return parts.Length > 0 ? parts : throw new InvalidInputException($"Folder '{path}' has no file *{Extension}; expected the parts of a Parquet table, so name another.");
    }
}
