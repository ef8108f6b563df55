using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>CSV, TSV and the like; the item table may be one, JSON lines or Parquet.</summary>
internal sealed class CsvFormat : SourceFormat
{
    public static IReadOnlyList<string> ColumnOptions { get; } =
        ["--user-column", "--item-column", "--rating-column", "--time-column", "--item-id-column", "--image-column"];

    public override IReadOnlyList<string> OwnOptions => ColumnOptions;

    public override void ReadEvents(ImportOptions options, EventSink sink) => DelimitedSource.ReadEvents(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => ReadTable(options, sink);

    /// <summary>Reads a table that is Parquet where it is a folder or has Parquet's mark, JSON lines where it begins with a brace, else delimited.</summary>
    public static void ReadTable(ImportOptions options, ItemSink sink)
    {
        if (ParquetFormat.IsParquet(sink.TablePath)) ParquetFormat.ReadTable(options, sink);
        else if (BeginsWithBrace(sink.TablePath)) JsonlFormat.ReadTable(options, sink);
        else DelimitedSource.ReadItems(options.ItemIdColumn, options.ImageColumn, sink);
    }

    private static bool BeginsWithBrace(string path)
    {
        using var file = new SourceFile(path);
        Span<byte> first = stackalloc byte[1 << 8];
        ReadOnlySpan<byte> found = first[..file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        if (found.StartsWith(SourceText.ByteOrderMark)) found = found[SourceText.ByteOrderMark.Length..];
        return found.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }
}
