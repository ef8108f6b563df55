using System.Text.Encodings.Web;
using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>
/// An item table (<c>items.jsonl</c>): one JSON object per line in the order of the items, <c>item</c> the external id,
/// <c>image</c> a path (see <see cref="PicturePath"/>) or address where there is one, all else texts.
/// </summary>
internal static class ItemTableFile
{
    private const string IdKey = "item", ImageKey = "image";

    /// <summary>One line per object, with its letters as they are.</summary>
    public static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a text field may have this name.</summary>
    public static bool IsFieldName(string name) => name is not (IdKey or ImageKey);

    /// <summary>The line of a record, UTF-8 with its line end.</summary>
    /// <param name="record">The record.</param>
    /// <param name="directory">The folder that the table will be in.</param>
    public static byte[] Line(ItemRecord record, string directory)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Readable))
        {
            json.WriteStartObject();
            json.WriteString(IdKey, record.Id);
            foreach ((string name, string text) in record.Texts) json.WriteString(name, text);
            if (record.Image is not null) json.WriteString(ImageKey, PicturePath.In(directory, record.Image));
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    /// <summary>Reads a table, one record at a time.</summary>
    /// <param name="path">The file, named in errors.</param>
    /// <exception cref="InvalidInputException">The file is absent, or a line is not such an object; the message names it.</exception>
    public static IEnumerable<ItemRecord> Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        foreach (ItemRecord record in Read(stream, path)) yield return record;
    }

    internal static IEnumerable<ItemRecord> Read(Stream stream, string path) =>
        EventLogFile.Lines(stream).Select((line, item) => Parse(line, item, path));

    private static ItemRecord Parse(string line, int item, string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line, JsonRecord.Strict);
            string directory = Path.GetDirectoryName(path)!;
            string? id = null, image = null;
            var texts = new OrderedDictionary<string, string>();
            foreach (JsonProperty field in json.RootElement.EnumerateObject())
            {
                if (field.Value.ValueKind != JsonValueKind.String) throw new InvalidOperationException($"'{field.Name}' is not a text");
                string text = field.Value.GetString()!;
                if (field.NameEquals(IdKey)) id = text;
                else if (field.NameEquals(ImageKey)) image = PicturePath.Absolute(text, directory);
                else texts.Add(field.Name, text);
            }

            return new ItemRecord(id ?? throw new InvalidOperationException($"there is no '{IdKey}'"), texts, image) { Item = item };
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"Line {item + 1} of '{path}' is not an item ({SourceText.Reason(cause)}); "
                + $"expected a JSON object of texts with '{IdKey}', so restore the file or make it again.", cause);
        }
    }
}
