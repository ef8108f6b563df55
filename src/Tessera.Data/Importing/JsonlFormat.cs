using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>JSON lines; the item table may be delimited too.</summary>
internal sealed class JsonlFormat : SourceFormat
{
    public override IReadOnlyList<string> OwnOptions => CsvFormat.ColumnOptions;

    public override void ReadEvents(ImportOptions options, EventSink sink) => JsonSource.ReadEvents(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => CsvFormat.ReadTable(options, sink);

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
            idKey ??= keys[names.ItemId(options.ItemIdColumn)];
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
