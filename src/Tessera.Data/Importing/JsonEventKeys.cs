using System.Buffers;
using System.Text;
using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Takes an event out of a JSON object without building it.</summary>
internal sealed class JsonEventKeys
{
    private const int Fields = 4;
    private readonly byte[]?[] _names;
    private readonly string?[] _shown;
    private readonly byte[][] _others;
    private readonly string _where;
    private readonly ArrayBufferWriter<byte>[] _values = [new(), new(), new(), new()];

    /// <param name="options">Names the keys, or leaves it to their usual names.</param>
    /// <param name="keys">The keys of the first object.</param>
    /// <param name="where">Where it stands.</param>
    public JsonEventKeys(ImportOptions options, IReadOnlyList<string> keys, string where)
    {
        var names = new ColumnNames(keys, where);
        int[] found = [names.User(options.UserColumn), names.Item(options.ItemColumn), names.Rating(options.RatingColumn), names.Time(options.TimeColumn)];
        _shown = [.. found.Select(key => key < 0 ? null : keys[key])];
        _names = [.. _shown.Select(key => key is null ? null : Encoding.UTF8.GetBytes(key))];
        _others = [.. keys.Where(key => !_shown.Contains(key)).Select(Encoding.UTF8.GetBytes)];
        _where = where;
    }

    public bool HasRating => _names[2] is not null;

    public bool HasTime => _names[3] is not null;

    /// <exception cref="JsonException">The line is not a JSON object.</exception>
    /// <exception cref="InvalidOperationException">A text of it is broken.</exception>
    public void Read(ReadOnlySpan<byte> line, LineFile file, EventSink sink)
    {
        int seen = 0;
        var json = new Utf8JsonReader(line);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("it is no object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int field = FieldOf(json);
            if (field < 0)
            {
                RefuseLate(json, file);
                json.Read();
                json.Skip();
                continue;
            }

            json.Read();
            if ((seen & (1 << field)) != 0) throw new JsonException($"it has two '{_shown[field]}'");
            Keep(ref json, field, file);
            seen |= 1 << field;
        }

        while (json.Read()) { } // refuses anything behind the object
        for (int field = 0; field < Fields; field++)
        {
            if (_names[field] is not null && (seen & (1 << field)) == 0) throw new JsonException($"it has no '{_shown[field]}'");
        }

        float rating = HasRating ? EventSink.Rating(_values[2].WrittenSpan, file.Path, file.Line) : float.NaN;
        long time = HasTime ? EventSink.Time(_values[3].WrittenSpan, file.Path, file.Line) : 0;
        sink.Add(file.Path, file.Line, _values[0].WrittenSpan, _values[1].WrittenSpan, rating, time);
    }

    /// <summary>Ratings or times that begin after the first line would be lost without a word.</summary>
    private void RefuseLate(in Utf8JsonReader json, LineFile file)
    {
        if (HasRating && HasTime) return;
        foreach (byte[] known in _others)
            if (json.ValueTextEquals(known)) return;
        string key = json.GetString()!;
        bool isRating = !HasRating && ColumnNames.IsRating(key);
        if (!isRating && (HasTime || !ColumnNames.IsTime(key))) return;
        throw new InvalidInputException(
            $"{file.Here} has {SourceText.Quoted(key)}, which {_where} has not; "
            + $"expected a {(isRating ? "rating" : "time")} in each record or in none, so complete or remove them.");
    }

    private int FieldOf(in Utf8JsonReader json)
    {
        for (int field = 0; field < Fields; field++)
        {
            if (_names[field] is { } name && json.ValueTextEquals(name)) return field;
        }

        return -1;
    }

    private void Keep(ref Utf8JsonReader json, int field, LineFile file)
    {
        ArrayBufferWriter<byte> value = _values[field];
        value.ResetWrittenCount();
        switch (json.TokenType)
        {
            case JsonTokenType.Number:
                value.Write(json.ValueSpan);
                break;
            case JsonTokenType.String:
                Span<byte> room = value.GetSpan(json.ValueSpan.Length + 1);
                value.Advance(json.CopyString(room));
                break;
            default:
                throw new InvalidInputException(
                    $"{file.Here} has {SourceText.Quoted(json.ValueSpan)} as '{_shown[field]}'; expected a text or a number, so correct or remove the line.");
        }
    }
}
