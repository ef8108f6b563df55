using System.Text;
using CsvHelper;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>A table as text: a header and one record per line, or per several lines where a field in quotes holds line ends.</summary>
internal sealed class DelimitedFile : IDisposable
{
    private const int MaxRecordLength = 1 << 26;
    private readonly SourceFile _file;
    private readonly CsvReader _reader;
    private readonly byte[] _header;
    private CsvMalformedReason? _fault;
    private bool _marked;

    /// <summary>Numbers of byte order marks inside the file and of lines that repeat the header, where files were joined.</summary>
    private long _marks, _repeatedHeaders;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file, gzip or not.</param>
    /// <param name="options">Separator (detected if unset) and quoting.</param>
    /// <exception cref="InvalidInputException">The file is absent, empty, or not such a table.</exception>
    public DelimitedFile(string path, CsvReaderOptions? options = null)
    {
        _file = new SourceFile(path);
        _reader = CsvReader.Create(_file, (options ?? CsvReaderOptions.Default) with
        {
            HasHeader = false,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRecordLength,
            BufferSize = 1 << 17,
            OnMalformedRecord = record => _fault = record.Reason == CsvMalformedReason.StrayQuote ? _fault : record.Reason,
        });
        if (!ReadRecord()) throw new InvalidInputException($"'{path}' is empty; expected a header and one record per line, so check that it is the right file.");
        _header = RecordBytes().ToArray();
        Columns = [.. Enumerable.Range(0, _reader.FieldCount).Select(i => Text(i))];
    }

    public string Path => _file.Path;

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The line on which the current record begins, from 1.</summary>
    public long Line => _reader.LineNumber;

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _file.Share;

    /// <summary>Where the current record is.</summary>
    public string Here => $"Line {Line} of '{Path}'";

    /// <summary>Moves to the next record; false at the end.</summary>
    /// <exception cref="InvalidInputException">The record is broken or has more or fewer fields than the header.</exception>
    public bool Read()
    {
        while (true)
        {
            if (!ReadRecord()) return false;
            if (_marked) _marks++;
            if (!RecordBytes().SequenceEqual(_header)) break;
            _repeatedHeaders++;
        }

        if (_reader.FieldCount == Columns.Count) return true;
        throw new InvalidInputException(
            $"{Here} has {_reader.FieldCount} {(_reader.FieldCount == 1 ? "field" : "fields")}; "
            + $"expected {Columns.Count} as in the header, so complete or remove the line.");
    }

    /// <summary>A field of the current record, UTF-8, until the next is read.</summary>
    public ReadOnlySpan<byte> Field(int column)
    {
        ReadOnlySpan<byte> field = _reader.GetSpan(column);
        return column == 0 && _marked ? field[SourceText.ByteOrderMark.Length..] : field;
    }

    /// <summary>A field of the current record as text.</summary>
    /// <exception cref="InvalidInputException">It is not valid UTF-8.</exception>
    public string Text(int column)
    {
        ReadOnlySpan<byte> field = Field(column);
        if (!System.Text.Unicode.Utf8.IsValid(field)) throw new InvalidInputException($"{Here} {SourceText.NotUtf8}.");
        return Encoding.UTF8.GetString(field);
    }

    /// <summary>Remarks on the file, one sentence each.</summary>
    public IEnumerable<string> Notices()
    {
        string name = System.IO.Path.GetFileName(Path);
        if (_marks > 0) yield return $"Dropped {SourceText.Counted(_marks, "byte order mark")} inside {name}.";
        if (_repeatedHeaders > 0) yield return $"Skipped {SourceText.Counted(_repeatedHeaders, "line")} of {name} that repeated the header.";
    }

    public void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }

    private bool ReadRecord()
    {
        try
        {
            if (!_reader.Read() && _fault is null) return false;
        }
        catch (CsvFormatException cause)
        {
            throw new InvalidInputException(
                $"{Here} begins a record of more than {MaxRecordLength:N0} bytes; expected shorter ones, so look for a quote that is not closed.", cause);
        }

        _marked = _reader.RawRecord.StartsWith(SourceText.ByteOrderMark);
        if (_fault is not null || (_marked && _reader.RawRecord[SourceText.ByteOrderMark.Length..].StartsWith((byte)'"')))
            throw new InvalidInputException(
                $"{Here} {(_fault == CsvMalformedReason.UnterminatedQuote ? "opens a quote that is never closed" : "has text around a field in quotes")}; "
                + "expected quotes around whole fields and doubled inside them, so correct the line.");
        return true;
    }

    private ReadOnlySpan<byte> RecordBytes() => _marked ? _reader.RawRecord[SourceText.ByteOrderMark.Length..] : _reader.RawRecord;
}
