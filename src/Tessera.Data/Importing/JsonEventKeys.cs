using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Extracts events from JSON objects; the names that the first has, or a table's columns, decide which keys matter.</summary>
internal sealed class JsonEventKeys
{
    private readonly string?[] _fields;
    private readonly HashSet<string> _known;
    private readonly string _where;
    private readonly bool _maySkipRatings, _maySkipTimes;

    /// <param name="options">Names the keys, or leaves it to their usual names.</param>
    /// <param name="keys">The names.</param>
    /// <param name="where">Where they are.</param>
    /// <param name="before">How a remedy begins that names a key.</param>
    public JsonEventKeys(ImportOptions options, IReadOnlyList<string> keys, string where, string before = "")
    {
        (int user, int item, int rating, int time) = new ColumnNames(keys, where, before: before).OfEvents(options);
        _fields = [keys[user], keys[item], rating < 0 ? null : keys[rating], time < 0 ? null : keys[time]];
        _known = [.. keys];
        _where = where;
        _maySkipRatings = HasRating || options.RatingColumn == ColumnNames.None;
        _maySkipTimes = HasTime || options.TimeColumn == ColumnNames.None;
    }

    /// <summary>The keys that matter.</summary>
    public IReadOnlyCollection<string> Names => [.. _fields.OfType<string>()];

    public bool HasRating => _fields[2] is not null;

    public bool HasTime => _fields[3] is not null;

    /// <summary>Ratings or times that only some parts of a table have would be lost without a word.</summary>
    /// <exception cref="InvalidInputException">The first part has them and this one does not, or the other way around.</exception>
    public void RefuseOther(JsonEventKeys first)
    {
        foreach ((int field, string kind) in new[] { (2, "rating"), (3, "time") })
        {
            if (_fields[field] is null == first._fields[field] is null) continue;
            (JsonEventKeys with, JsonEventKeys without) = _fields[field] is null ? (first, this) : (this, first);
            throw new InvalidInputException(
                $"{with._where} has {SourceText.Quoted(with._fields[field]!)}, which {without._where} does not; "
                + $"expected a {kind} in each part or in none, so complete or remove them, or give --{kind}-column none.");
        }
    }

    /// <exception cref="JsonException">A key is absent or repeated.</exception>
    /// <exception cref="InvalidOperationException">A text of the object is broken.</exception>
    public void Read(JsonElement record, IRecordPlace file, EventSink sink)
    {
        var values = new JsonElement[_fields.Length];
        foreach (JsonProperty property in record.EnumerateObject())
        {
            int field = Array.FindIndex(_fields, key => key is not null && property.NameEquals(key));
            if (field < 0) RefuseLate(property, file);
            else if (values[field].ValueKind != JsonValueKind.Undefined) throw new JsonException($"it has two '{_fields[field]}'");
            else values[field] = property.Value;
        }

        float rating = HasRating && values[2].ValueKind != JsonValueKind.Null ? EventSink.Rating(Text(2), file.Path, file.Line) : float.NaN;
        long time = HasTime ? sink.Time(values[3].ValueKind == JsonValueKind.Null ? "null"u8 : Text(3), file.Path, file.Line) : 0;
        sink.Add(file.Path, file.Line, Text(0), Text(1), rating, time);

        ReadOnlySpan<byte> Text(int field) => values[field].ValueKind switch
        {
            JsonValueKind.String => Encoding.UTF8.GetBytes(values[field].GetString()!),
            JsonValueKind.Number => JsonMarshal.GetRawUtf8Value(values[field]),
            JsonValueKind.Undefined => throw new JsonException($"it has no '{_fields[field]}'"),
            _ => throw new InvalidInputException(
                $"{file.Here} has {SourceText.Quoted(values[field].GetRawText())} as '{_fields[field]}'; "
                + "expected a text or a number, so correct or remove the line."),
        };
    }

    /// <summary>Ratings or times that begin after the first line would be lost without a word.</summary>
    private void RefuseLate(JsonProperty property, IRecordPlace file)
    {
        if ((_maySkipRatings && _maySkipTimes) || _known.Contains(property.Name)) return;
        bool isRating = !_maySkipRatings && ColumnNames.IsRating(property.Name);
        if (!isRating && (_maySkipTimes || !ColumnNames.IsTime(property.Name))) return;
        throw new InvalidInputException(
            $"{file.Here} has {SourceText.Quoted(property.Name)}, which {_where} does not; "
            + $"expected a {(isRating ? "rating" : "time")} in each record or in none, so complete or remove them.");
    }
}
