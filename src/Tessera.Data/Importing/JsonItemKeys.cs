using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Extracts item records from JSON objects; keys other than id and picture are texts where they hold texts.</summary>
internal sealed class JsonItemKeys(ImportOptions options, ItemSink sink)
{
    private string? _idKey;
    private bool _hasImage;

    /// <exception cref="JsonException">There is no id.</exception>
    /// <exception cref="InvalidOperationException">A text of the object is broken.</exception>
    public void Read(JsonElement record, IRecordPlace place)
    {
        string[] keys = [.. record.EnumerateObject().Select(property => property.Name)];
        var names = new ColumnNames(keys, place.Here);
        _idKey ??= names.ItemIdIfNamed(options.ItemIdColumn) is { } named ? keys[named] : KeyByContent(keys) ?? throw names.NoItemId();
        string? imageKey = options.ImageColumn ?? (names.Image(null) is var at and >= 0 ? keys[at] : null);
        var texts = new List<KeyValuePair<string, string>>();
        string? image = null;
        foreach (JsonProperty property in record.EnumerateObject())
        {
            if (property.Name == _idKey) continue;
            if (property.Name == imageKey) image = JsonTexts.Picture(property.Value);
            else sink.AddText(property.Name, property.Value, texts);
        }

        _hasImage |= image is not null;
        sink.Add(place.Line, JsonTexts.Id(record, _idKey), texts, image);
    }

    /// <summary>The key of the ids, judged by the beginning of JSON lines; null where that tells nothing.</summary>
    private string? KeyByContent(string[] keys)
    {
        if (ParquetFormat.IsParquet(sink.TablePath)) return null;
        using var file = new Utf8File(sink.TablePath, sink.Encoding);
        using var lines = new LineReader(sink.TablePath, new MemoryStream(file.Head.ToArray()), file.Head.Length + 1);
        var records = new List<string[]>();
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            try
            {
                using JsonDocument json = JsonSource.Parse(line.ToArray());
                records.Add([.. keys.Select(key => json.RootElement.TryGetProperty(key, out JsonElement value) ? Text(value) : "")]);
            }
            catch (Exception cause) when (cause is JsonException or InvalidOperationException)
            {
                // The line at which the beginning is cut, or one of which reading the table will tell.
            }
        }

        return ItemIdColumn.ByContent(keys, records, sink) is { } at ? keys[at] : null;

        static string Text(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "";
    }

    /// <exception cref="InvalidInputException">No record had a picture under the key asked for.</exception>
    public void End()
    {
        if (options.ImageColumn is { } asked && !_hasImage)
            throw new InvalidInputException(
                $"No record of '{sink.TablePath}' has an image in {SourceText.Quoted(asked)}; expected a path or an address in some, so name another key.");
    }
}
