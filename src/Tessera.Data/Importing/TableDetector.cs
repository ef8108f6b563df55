using System.Text;
using CsvHelper;

namespace Tessera.Data.Importing;

/// <summary>Finds out from its beginning how a table is laid out.</summary>
internal static class TableDetector
{
    private const int MaxRecords = 100;

    /// <summary>The character that stands for a separator of several while a table is read.</summary>
    private const char Stand = '\u001F';

    /// <summary>Characters that hardly stand inside fields come first, the space, which often does, last.</summary>
    private static readonly string[] Certain = ["\t", "::"], Usual = [";", ",", "|"];

    /// <summary>Decides what a layout leaves open, and gives the first records, at most 100.</summary>
    /// <param name="asked">What is known.</param>
    /// <param name="file">The file, of which nothing has been read.</param>
    public static (TableLayout Layout, IReadOnlyList<string[]> Records) Complete(TableLayout asked, Utf8File file)
    {
        ReadOnlyMemory<byte> head = file.Head;
        if (head.Span.StartsWith(Storage.SourceText.ByteOrderMark)) head = head[Storage.SourceText.ByteOrderMark.Length..];
        if (!file.HeadIsWhole && head.Span.LastIndexOf((byte)'\n') is > 0 and var end) head = head[..(end + 1)];
        string separator = asked.Separator is { } given && (!asked.IsFallback || Fit(head, given).Fields > 1) ? given : SeparatorOf(head);
        bool quotes = asked.Quotes ?? (separator is "," or ";" || QuoteScan.AreFieldsQuoted(file.Path, asked.Encoding, separator));
        List<string[]> records = Records(head, separator, quotes);
        bool? header = HeaderDetector.HasHeader(records, asked.Asked);
        if (asked.Header is not null) header = asked.IsFallback ? header ?? asked.Header : asked.Header;
        return (asked with { Separator = separator, Quotes = quotes, Header = header }, records);
    }

    private static string SeparatorOf(ReadOnlyMemory<byte> head)
    {
        foreach (string certain in Certain)
        {
            if (Fit(head, certain).Share > 0.5) return certain;
        }

        (string Separator, (int Fields, double Share) Fit)[] usual = [.. Usual.Select(separator => (separator, Fit(head, separator)))];
        (string best, (int Fields, double Share) fit) = usual.OrderByDescending(each => each.Fit.Share).ThenByDescending(each => each.Fit.Fields).First();
        if (fit.Share == 1) return best;
        if (Fit(head, TableLayout.Spaces).Share is var spaces && (spaces == 1 || (spaces > 0.5 && fit.Fields < 2))) return TableLayout.Spaces;
        return fit.Fields > 1 ? best : ",";
    }

    /// <summary>The number of fields of the first record, and the share of the records that have as many; none where it is one.</summary>
    private static (int Fields, double Share) Fit(ReadOnlyMemory<byte> head, string separator)
    {
        List<string[]> records = Records(head, separator, quotes: separator is "," or ";");
        int fields = records.Count == 0 ? 0 : records[0].Length;
        return fields < 2 ? (fields, 0) : (fields, (double)records.Count(record => record.Length == fields) / records.Count);
    }

    private static List<string[]> Records(ReadOnlyMemory<byte> head, string separator, bool quotes)
    {
        var records = new List<string[]>();
        using CsvReader reader = Open(new MemoryStream(head.ToArray()), separator, quotes, CsvReaderOptions.Default);
        try
        {
            while (records.Count < MaxRecords && reader.Read())
                records.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Encoding.UTF8.GetString(reader.GetSpan(i)))]);
        }
        catch (CsvFormatException)
        {
            // Where the file holds the character that stands for a longer separator; reading it says so.
        }

        return records;
    }

    /// <summary>A reader of records by separator and quoting.</summary>
    public static CsvReader Open(Stream text, string separator, bool quotes, CsvReaderOptions options)
    {
        bool isByte = separator.Length == 1 && char.IsAscii(separator[0]);
        Stream separated = separator == TableLayout.Spaces ? new SpaceRuns(text) : isByte ? text : new CsvSeparatorStream(text, separator, Stand);
        return CsvReader.Create(separated, options with
        {
            HasHeader = false,
            Separator = isByte ? separator[0] : Stand,
            Mode = quotes ? CsvMode.Rfc4180 : CsvMode.NoEscape,
        });
    }
}
