using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>JSON lines; the item table may be delimited too.</summary>
internal sealed class JsonlFormat : SourceFormat
{
    public override IReadOnlyList<string> OwnOptions => CsvFormat.ColumnOptions;

    public override void ReadEvents(ImportOptions options, EventSink sink) => JsonSource.ReadEvents(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => CsvFormat.ReadTable(options, sink);

    /// <summary>The key of the ids, judged by the table's beginning; null where that tells nothing.</summary>
    private static string? KeyByContent(string[] keys, ItemSink sink)
    {
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

    /// <summary>Reads an item table; keys other than id and picture are texts where they hold texts.</summary>
    public static void ReadTable(ImportOptions options, ItemSink sink)
    {
        string? idKey = null;
        bool hasImage = false;
        var others = new SortedSet<string>(StringComparer.Ordinal);
        JsonSource.ReadItems(sink, (record, file) =>
        {
            string[] keys = [.. record.EnumerateObject().Select(property => property.Name)];
            var names = new ColumnNames(keys, file.Here);
            idKey ??= names.ItemIdIfNamed(options.ItemIdColumn) is { } named ? keys[named] : KeyByContent(keys, sink) ?? throw names.NoItemId();
            string? imageKey = options.ImageColumn ?? (names.Image(null) is var at and >= 0 ? keys[at] : null);
            var texts = new List<KeyValuePair<string, string>>();
            string? image = null;
            foreach (JsonProperty property in record.EnumerateObject())
            {
                if (property.Name == idKey) continue;
                if (property.Name == imageKey) image = JsonTexts.First(property.Value);
                else if (JsonTexts.Of(property.Value) is { } text) texts.Add(KeyValuePair.Create(property.Name, text));
                else if (property.Value.ValueKind != JsonValueKind.Null) others.Add(property.Name);
            }

            hasImage |= image is not null;
            sink.Add(file.Line, JsonTexts.Id(record, idKey), texts, image);
        });
        if (options.ImageColumn is { } asked && !hasImage)
            throw new InvalidInputException(
                $"No record of '{sink.TablePath}' has an image in {SourceText.Quoted(asked)}; expected a path or an address in some, so name another key.");

        if (others.Count == 0) return;
        string listed = string.Join(", ", others.Take(20).Select(key => SourceText.Quoted(key)));
        sink.Notices.Add($"What {Path.GetFileName(sink.TablePath)} has in {listed} is not text and was left out.");
    }
}
