using System.Buffers;
using System.Text;
using CsvHelper;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>A table as text: one record per line, or per several lines where a field in quotes holds line ends.</summary>
internal sealed class DelimitedFile : IDisposable
{
    private const int MaxRecordLength = 1 << 26;
    private static readonly SearchValues<byte> Decimal = SearchValues.Create("0123456789,-+ "u8);
    private readonly Utf8File _file;
    private readonly CsvReader _reader;
    private readonly TableLayout _layout;
    private readonly byte[] _header = [];
    private CsvMalformedReason? _fault;
    private bool _marked;

    /// <summary>Whether the first record, read already, is still to be given.</summary>
    private bool _isFirst;

    /// <summary>Numbers of byte order marks inside the file and of lines that repeat the header, where files were joined.</summary>
    private long _marks, _repeatedHeaders;

    private readonly byte[] _decimal = new byte[64];

    /// <summary>Opens a file, finds out how it is laid out, and reads its header.</summary>
    /// <param name="path">The file, compressed or not.</param>
    /// <param name="layout">What is known of its layout; unset: nothing.</param>
    /// <exception cref="InvalidInputException">The file is absent, empty, or not such a table, or may have a header or not.</exception>
    public DelimitedFile(string path, TableLayout? layout = null)
    {
        _file = new Utf8File(path, layout?.Encoding, layout?.Cancellation ?? default);
        try
        {
            (_layout, Beginning) = TableDetector.Complete(layout ?? new TableLayout(), _file);
            _reader = TableDetector.Open(_file, _layout.Separator!, _layout.Quotes == true, CsvReaderOptions.Default with
            {
                TrackLineNumbers = true,
                MaxRecordSize = MaxRecordLength,
                BufferSize = 1 << 17,
                OnMalformedRecord = record => _fault = record.Reason == CsvMalformedReason.StrayQuote ? _fault : record.Reason,
            });
            if (!ReadRecord()) throw new InvalidInputException($"'{path}' is empty; expected a header and one record per line, so check that it is the right file.");
            if (RecordBytes().StartsWith("{\""u8))
                throw new InvalidInputException($"Line 1 of '{path}' is a JSON object; expected a table, so import as jsonl.");
            CheckQuotes();
            string[] first = [.. Enumerable.Range(0, _reader.FieldCount).Select(i => Text(i).Trim())];
            HasHeader = _layout.Header ?? throw Undecided(first);
            if (HasHeader) _header = RecordBytes().ToArray();
            _isFirst = !HasHeader;
            Columns = HasHeader ? first : [.. Enumerable.Range(1, first.Length).Select(number => $"column{number}")];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path => _file.Path;

    /// <summary>Whether the first line names the columns.</summary>
    public bool HasHeader { get; }

    /// <summary>Names of the columns; <c>column1</c>, <c>column2</c>, … where the file names none.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The first records, at most 100, without the header.</summary>
    public IReadOnlyList<string[]> Records => HasHeader ? [.. Beginning.Skip(1)] : Beginning;

    /// <summary>The line on which the current record begins, from 1.</summary>
    public long Line => _reader.LineNumber;

    /// <summary>Number of lines of the current record.</summary>
    public int Lines => 1 + _reader.RawRecord.Count((byte)'\n') + _reader.RawRecord.Count((byte)'\r') - _reader.RawRecord.Count("\r\n"u8);

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _file.Share;

    /// <summary>Where the current record is.</summary>
    public string Here => $"Line {Line} of '{Path}'";

    private IReadOnlyList<string[]> Beginning { get; } = [];

    /// <summary>Moves to the next record; false at the end.</summary>
    /// <exception cref="InvalidInputException">A quote is never closed, or a record is too long.</exception>
    public bool Read()
    {
        if (_isFirst)
        {
            _isFirst = false;
            return true;
        }

        while (ReadRecord())
        {
            if (_marked) _marks++;
            if (!HasHeader || !RecordBytes().SequenceEqual(_header)) return true;
            _repeatedHeaders++;
        }

        return false;
    }

    /// <exception cref="InvalidInputException">The current record is broken or has more or fewer fields than the first line.</exception>
    public void Check()
    {
        CheckQuotes();
        if (_reader.FieldCount != Columns.Count)
            throw new InvalidInputException(
                $"{Here} has {SourceText.Counted(_reader.FieldCount, "field")}; "
                + $"expected {Columns.Count} as in the {(HasHeader ? "header" : "first line")}, so complete or remove the line.");
    }

    /// <summary>A field of the current record, UTF-8, until the next is read.</summary>
    public ReadOnlySpan<byte> Field(int column)
    {
        ReadOnlySpan<byte> field = _reader.GetSpan(column);
        return column == 0 && _marked ? field[SourceText.ByteOrderMark.Length..] : field;
    }

    /// <summary>A field that may hold a number, in tables separated by semicolons with a point for a decimal comma.</summary>
    public ReadOnlySpan<byte> NumberField(int column)
    {
        ReadOnlySpan<byte> field = Field(column);
        if (_layout.Separator != ";" || field.IndexOf((byte)',') is var comma && comma < 0) return field;
        if (field.Length > _decimal.Length || field.ContainsAnyExcept(Decimal) || field[(comma + 1)..].Contains((byte)',')) return field;
        field.CopyTo(_decimal);
        _decimal[comma] = (byte)'.';
        return _decimal.AsSpan(0, field.Length);
    }

    /// <summary>A field of the current record as text.</summary>
    /// <exception cref="InvalidInputException">It is not valid UTF-8.</exception>
    public string Text(int column)
    {
        ReadOnlySpan<byte> field = Field(column);
        if (!System.Text.Unicode.Utf8.IsValid(field)) throw new InvalidInputException($"{Here} {_file.NotUtf8}.");
        return Encoding.UTF8.GetString(field);
    }

    /// <summary>Remarks on the file, one sentence each.</summary>
    public IEnumerable<string> Notices()
    {
        string name = System.IO.Path.GetFileName(Path);
        if (_file.Doubt is { } doubt) yield return doubt;
        if (_marks > 0) yield return $"Dropped {SourceText.Counted(_marks, "byte order mark")} inside {name}.";
        if (_repeatedHeaders > 0) yield return $"Skipped {SourceText.Counted(_repeatedHeaders, "line")} of {name} that repeated the header.";
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _file.Dispose();
    }

    private bool ReadRecord()
    {
        _fault = null;
        try
        {
            if (!_reader.Read() && _fault is null) return false;
        }
        catch (CsvFormatException cause) when (cause.Message.Contains("U+001F", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"'{Path}' holds the character U+001F; expected text without control characters, so remove it.", cause);
        }
        catch (CsvFormatException cause)
        {
            throw new InvalidInputException(
                $"{Here} begins a record of more than {MaxRecordLength:N0} bytes; expected shorter ones, so look for a quote that is not closed.", cause);
        }

        _marked = _reader.RawRecord.StartsWith(SourceText.ByteOrderMark);
        if (_fault == CsvMalformedReason.UnterminatedQuote)
            throw new InvalidInputException(
                $"{Here} opens a quote that is never closed; expected quotes around whole fields and doubled inside them, "
                + $"so correct the line, or {_layout.Before}give --quote none if quotes are ordinary characters.");
        return true;
    }

    private void CheckQuotes()
    {
        if (_fault is not null || (_marked && _layout.Quotes == true && RecordBytes().StartsWith((byte)'"')))
            throw new InvalidInputException(
                $"{Here} has text around a field in quotes; expected quotes around whole fields and doubled inside them, "
                + $"so correct the line, or {_layout.Before}give --quote none if quotes are ordinary characters.");
    }

    private ReadOnlySpan<byte> RecordBytes() => _marked ? _reader.RawRecord[SourceText.ByteOrderMark.Length..] : _reader.RawRecord;

    private InvalidInputException Undecided(string[] first) => first.Length == 1 ? HeaderlessColumns.OneColumn(Path, first[0], _layout.Before) : new(
        $"Line 1 of '{Path}' may be a header or a record; found {HeaderlessColumns.Numbered([first])}, so {_layout.Before}give --no-header if it is a record, "
        + $"or its names with {_layout.ColumnOption} and so on if it is a header.");
}
