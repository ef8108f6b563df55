using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>CSV, TSV and the like; the item table may be one, JSON lines or Parquet.</summary>
internal sealed class CsvFormat : SourceFormat
{
    /// <summary>Options of columns or keys, and of what stands in them.</summary>
    public static IReadOnlyList<string> ColumnOptions { get; } =
        ["--user-column", "--item-column", "--rating-column", "--time-column", "--item-id-column", "--image-column", "--time-format", "--encoding"];

    public override IReadOnlyList<string> OwnOptions { get; } = [.. ColumnOptions, "--separator", "--quote", "--no-header"];

    public override void ReadEvents(ImportOptions options, EventSink sink) => DelimitedSource.ReadEvents(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => ReadTable(options, sink);

    /// <summary>Reads a table that is Parquet where it is a folder or has Parquet's mark, JSON lines where it begins with a brace, else delimited.</summary>
    public static void ReadTable(ImportOptions options, ItemSink sink)
    {
        if (ParquetFormat.IsParquet(sink.TablePath)) ParquetFormat.ReadTable(options, sink);
        else if (BeginsWithBrace(sink)) JsonlFormat.ReadTable(options, sink);
        else DelimitedSource.ReadItems(options, sink);
    }

    private static bool BeginsWithBrace(ItemSink sink)
    {
        using var file = new Utf8File(sink.TablePath, sink.Encoding);
        ReadOnlySpan<byte> found = file.Head.Span;
        if (found.StartsWith(SourceText.ByteOrderMark)) found = found[SourceText.ByteOrderMark.Length..];
        return found.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }
}
