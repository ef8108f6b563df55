using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Parquet.Data;
using Parquet.Schema;

namespace Tessera.Data.Importing;

/// <summary>The values of one column in a row group, front to back, with the levels that say which row and list each belongs to.</summary>
internal abstract class ParquetColumn(DataField schema, RawColumnData data) : IDisposable
{
    private int _at;

    /// <summary>Number of values so far that are there.</summary>
    private int _values;

    /// <summary>Number of values and gaps.</summary>
    protected abstract int Length { get; }

    public bool IsAtEnd => _at == Length;

    /// <summary>How much of the path to the next value is there.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public int Definition => schema.MaxDefinitionLevel == 0 ? Checked(0) : data.DefinitionLevels[Checked(_at)];

    /// <summary>At which list of the path the next value continues; 0 where it begins a row.</summary>
    public int Repetition => schema.MaxRepetitionLevel == 0 || IsAtEnd ? 0 : data.RepetitionLevels[_at];

    /// <summary>Wraps what was read of a column.</summary>
    public static ParquetColumn Of(DataField schema, RawColumnData data) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> texts => new Typed<ReadOnlyMemory<char>>(schema, texts, (json, text) => json.WriteStringValue(text.Span)),
        RawColumnData<ReadOnlyMemory<byte>> bytes => new Typed<ReadOnlyMemory<byte>>(schema, bytes, WriteBytes),
        RawColumnData<bool> flags => new Typed<bool>(schema, flags, (json, flag) => json.WriteBooleanValue(flag)),
        RawColumnData<sbyte> numbers => new Typed<sbyte>(schema, numbers, (json, number) => json.WriteNumberValue(number)),
        RawColumnData<byte> numbers => new Typed<byte>(schema, numbers, (json, number) => json.WriteNumberValue((int)number)),
        RawColumnData<short> numbers => new Typed<short>(schema, numbers, (json, number) => json.WriteNumberValue(number)),
        RawColumnData<ushort> numbers => new Typed<ushort>(schema, numbers, (json, number) => json.WriteNumberValue((int)number)),
        RawColumnData<int> numbers => new Typed<int>(schema, numbers, (json, number) => json.WriteNumberValue(number)),
        RawColumnData<uint> numbers => new Typed<uint>(schema, numbers, (json, number) => json.WriteNumberValue(number)),
        RawColumnData<long> numbers => new Typed<long>(schema, numbers, (json, number) => json.WriteNumberValue(number)),
        RawColumnData<ulong> numbers => new Typed<ulong>(schema, numbers, (json, number) => json.WriteNumberValue(number)),
        RawColumnData<float> numbers => new Typed<float>(schema, numbers, WriteFinite),
        RawColumnData<double> numbers => new Typed<double>(schema, numbers, WriteFinite),
        RawColumnData<decimal> numbers => new Typed<decimal>(schema, numbers, (json, number) => json.WriteNumberValue(number)),
        RawColumnData<DateTime> times => new Typed<DateTime>(schema, times, WriteTime),
        RawColumnData<DateOnly> days => new Typed<DateOnly>(schema, days, (json, day) => json.WriteStringValue(day.ToString("O", CultureInfo.InvariantCulture))),
        RawColumnData<Guid> ids => new Typed<Guid>(schema, ids, (json, id) => json.WriteStringValue(id)),
        _ => throw new NotSupportedException($"the column '{schema.Name}' is of the type {schema.ClrType.Name}"),
    };

    /// <summary>Writes the next value, null where it is not there, and moves on.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Definition < schema.MaxDefinitionLevel) json.WriteNullValue();
        else WriteValue(json, _values++);
        _at++;
    }

    /// <summary>Moves on past what is not there.</summary>
    public void Skip() => _at++;

    public void Dispose() => data.Dispose();

    protected abstract void WriteValue(Utf8JsonWriter json, int value);

    private int Checked(int level) => IsAtEnd ? throw new InvalidDataException($"the column '{schema.Name}' has fewer values than there are rows") : level;

    /// <summary>Bytes are texts of writers that do not say so, or no texts, which an empty object stands for.</summary>
    private static void WriteBytes(Utf8JsonWriter json, ReadOnlyMemory<byte> bytes)
    {
        if (Utf8.IsValid(bytes.Span))
        {
            json.WriteStringValue(bytes.Span);
            return;
        }

        json.WriteStartObject();
        json.WriteEndObject();
    }

    private static void WriteFinite(Utf8JsonWriter json, float number)
    {
        if (float.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteNullValue();
    }

    private static void WriteFinite(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteNullValue();
    }

    private static void WriteTime(Utf8JsonWriter json, DateTime time) =>
        json.WriteStringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    private sealed class Typed<T>(DataField schema, RawColumnData<T> data, Action<Utf8JsonWriter, T> write) : ParquetColumn(schema, data)
        where T : struct
    {
        protected override int Length { get; } = schema.MaxDefinitionLevel > 0 ? data.DefinitionLevels.Length : data.Values.Length;

        protected override void WriteValue(Utf8JsonWriter json, int value) => write(json, data.Values[value]);
    }
}
