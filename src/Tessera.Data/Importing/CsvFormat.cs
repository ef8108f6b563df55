using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>CSV, TSV and the like; the item table may be one, JSON lines or Parquet.</summary>
internal sealed class CsvFormat : SourceFormat
{
    private static readonly string[] EventColumns = ["--user-column", "--item-column", "--rating-column", "--time-column"];
    private static readonly string[] ItemColumns = ["--item-id-column", "--image-column"];
    private static readonly string[] Layout = ["--separator", "--quote", "--no-header"];

    /// <summary>Options of an item table of any kind.</summary>
    public static IReadOnlyList<string> TableOptions { get; } = [.. ItemColumns, .. Layout];

    /// <summary>Options of events that are no delimited table, and of an item table, which may be one, if it is given.</summary>
    public static IReadOnlyList<string> OptionsBeside(string? table) => [.. EventColumns, .. ItemColumns, .. table is null ? [] : Layout];

    public override IReadOnlyList<string> OwnOptions(ImportOptions options) => [.. EventColumns, .. TableOptions];

    public override void ReadEvents(ImportOptions options, EventSink sink) => DelimitedSource.ReadEvents(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => ReadTable(options, sink);

    /// <summary>Reads a table that is Parquet where it is a folder or has Parquet's mark, JSON lines where it begins with a brace, else delimited.</summary>
    public static void ReadTable(ImportOptions options, ItemSink sink)
    {
        bool isParquet = ParquetFormat.IsParquet(sink.TablePath);
        if (!isParquet && !BeginsWithBrace(sink))
        {
            DelimitedSource.ReadItems(options, sink);
            return;
        }

        if (options.Format != "csv" && (options.Separator is not null || options.Quote is not null || options.NoHeader))
            throw new InvalidInputException(
                $"'{sink.TablePath}' is {(isParquet ? "Parquet" : "JSON lines")}; expected a delimited table for --separator, --quote and --no-header, so leave them out.");
        if (isParquet) ParquetFormat.ReadTable(options, sink);
        else JsonlFormat.ReadTable(options, sink);
    }

    private static bool BeginsWithBrace(ItemSink sink)
    {
        using var file = new Utf8File(sink.TablePath, sink.Encoding);
        ReadOnlySpan<byte> found = file.Head.Span;
        if (found.StartsWith(SourceText.ByteOrderMark)) found = found[SourceText.ByteOrderMark.Length..];
        return found.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }
}
