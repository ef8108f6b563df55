using System.Buffers;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>A Parquet file whose rows are read as objects of JSON. Memory holds the columns that are asked for, of one row group at a time.</summary>
internal sealed class ParquetFile : IRecordPlace, IDisposable
{
    private static readonly ParquetOptions Options = new() { UseDateOnlyTypeForDates = true };
    private readonly FileStream _file;
    private readonly ParquetReader _reader;
    private readonly long _rows;

    /// <exception cref="InvalidInputException">The file is absent, may not be read, or is not such a file.</exception>
    public ParquetFile(string path)
    {
        Path = path;
        _file = InputFile.Open(path);
        try
        {
            if (Guarded(() => ParquetFooter.Fault(_file)) is { } fault) throw Damaged(fault);
            _file.Position = 0;
            _reader = Guarded(() => ParquetReader.CreateAsync(_file, Options, leaveStreamOpen: true).GetAwaiter().GetResult());
            _rows = Guarded(() => _reader.RowGroups.Sum(group => group.RowCount));
            Columns = Guarded(() => (string[])[.. _reader.Schema.Fields.Select(column => column.Name)]);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Number of the row that is being read, from 1.</summary>
    public long Line { get; private set; }

    public string Here => Line == 0 ? $"'{Path}'" : $"Row {Line} of '{Path}'";

    /// <summary>How much has been read, 0 to 1.</summary>
    public double Share => _rows == 0 ? 1 : (double)Line / _rows;

    /// <summary>Names of the columns, of nested ones the outermost.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads all rows.</summary>
    /// <param name="columns">The columns that matter.</param>
    /// <param name="rejected">Takes rows that cannot be used.</param>
    /// <param name="read">Takes a row, whose columns stand in the order of the file.</param>
    /// <exception cref="InvalidInputException">The file is damaged, or a row cannot be used and may not be left out.</exception>
    public void ReadRows(IReadOnlyCollection<string> columns, RejectedRows rejected, Action<JsonElement> read)
    {
        var row = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(row);
        for (int number = 0; number < _reader.RowGroupCount; number++)
        {
            var opened = new List<ParquetColumn>();
            try
            {
                ParquetRowGroupReader group = Guarded(() => _reader.OpenRowGroupReader(number));
                ParquetField[] fields = Guarded(() => Fields(group, columns, opened));
                for (long left = group.RowCount; left > 0; left--)
                {
                    Line++;
                    row.ResetWrittenCount();
                    json.Reset();
                    Guarded(() => Write(fields, json));
                    try
                    {
                        Read(row.WrittenMemory, read);
                    }
                    catch (InvalidInputException fault) when (rejected.AreAllowed)
                    {
                        rejected.Add(Path, Line, lines: 1, fault);
                    }
                }

                if (!Guarded(() => fields.All(field => field.IsAtEnd))) throw Damaged("a column has more values than there are rows");
            }
            finally
            {
                foreach (ParquetColumn column in opened) column.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
    }

    private ParquetField[] Fields(ParquetRowGroupReader group, IReadOnlyCollection<string> columns, List<ParquetColumn> opened)
    {
        return [.. _reader.Schema.Fields.Where(field => columns.Contains(field.Name)).Select(field => ParquetField.Of(field, Read))];

        ParquetColumn Read(DataField field)
        {
            ParquetColumn column = ParquetColumn.Of(field, group.ReadRawColumnDataBaseAsync(field).AsTask().GetAwaiter().GetResult());
            opened.Add(column);
            return column;
        }
    }

    private static bool Write(ParquetField[] fields, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (ParquetField field in fields) field.WriteNamed(json);
        json.WriteEndObject();
        json.Flush();
        return true;
    }

    private void Read(ReadOnlyMemory<byte> row, Action<JsonElement> read)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(row, JsonRecord.Strict);
            read(json.RootElement);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"{Here} is not a record ({SourceText.Reason(cause)}); expected distinct names and all of them in each row, "
                + "so correct or remove it.", cause);
        }
    }

    /// <summary>Runs code of the library, which throws many things where a file is damaged.</summary>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is NotSupportedException or NotImplementedException)
        {
            throw new InvalidInputException(
                $"'{Path}' has a part of Parquet that is not read here ({Shown(cause.Message)}); expected plain columns, lists and structures, "
                + "so write it again with data pages of version 1 or as JSON lines.", cause);
        }
        catch (Exception cause) when (cause is not InvalidInputException)
        {
            throw Damaged(cause.Message, cause);
        }
    }

    private InvalidInputException Damaged(string how, Exception? cause = null) =>
        new($"'{Path}' is no Parquet file or a damaged one ({Shown(how)}); expected a whole one, so copy or download it again.", cause);

    private static string Shown(string message) => SourceText.Quoted(message.ReplaceLineEndings(" ").TrimEnd('.')).Trim('\'');
}
