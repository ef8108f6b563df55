using System.Text.Json;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Importing;
using Tessera.Data.Storage;

namespace Tessera.Cli.Commands;

/// <summary>An item to add.</summary>
/// <param name="Place">Where it stands, such as <c>Line 3 of 'new.jsonl'</c>.</param>
/// <param name="Item">Its id, texts and picture.</param>
/// <param name="Features">Ready vectors by modality.</param>
internal sealed record GivenItem(string Place, ItemRecord Item, IReadOnlyDictionary<string, float[]> Features)
{
    /// <summary>Refuses the item with a sentence that says where it stands.</summary>
    public InvalidInputException Refused(string sentence, Exception? cause = null) => new($"{Place}: {sentence}", cause);
}

/// <summary>
/// Items to add, one JSON object a line, read as an import reads the table of items: the id and the picture, a path that counts from the file's folder, under
/// their usual names, all else texts; <c>features</c> are ready vectors by modality.
/// </summary>
internal static class NewItemsFile
{
    private const string IdKey = "item", ImageKey = "image", FeaturesKey = "features";

    /// <summary>Reads a file whole.</summary>
    /// <param name="note">Told what is left out.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, holds no item, a line is no such object, or two are of one item.</exception>
    public static IReadOnlyList<GivenItem> Read(string path, Action<string> note)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"There is no file '{path}'; expected items to add, one JSON object a line.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var items = new List<GivenItem>();
        var lineOf = new Dictionary<string, int>();
        var unusable = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((int index, string line) in InputFile.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line, JsonRecord.Strict);
                (ItemRecord item, IReadOnlyDictionary<string, float[]> features) = Parse(json.RootElement, folder, unusable);
                items.Add(new GivenItem($"Line {index + 1} of '{path}'", item, features));
            }
            catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException)
            {
                throw new InvalidInputException(
                    $"Line {index + 1} of '{path}' is not an item ({SourceText.Reason(cause)}); expected a JSON object with '{IdKey}', and '{ImageKey}', '{FeaturesKey}' "
                    + "(numbers by modality) and texts as there are.", cause);
            }

            string id = items[^1].Item.Id;
            if (!lineOf.TryAdd(id, index + 1))
                throw new InvalidInputException($"Lines {lineOf[id]} and {index + 1} of '{path}' both have item {SourceText.Quoted(id)}; expected each item once, so remove one of them.");
        }

        if (unusable.Count > 0) note($"What '{path}' has in {SourceText.Listed(unusable)} is not text and was left out.");
        return items.Count > 0 ? items : throw new InvalidInputException($"'{path}' holds no item; expected one JSON object a line.");
    }

    /// <param name="unusable">Receives the names of what is neither text nor number.</param>
    private static (ItemRecord, IReadOnlyDictionary<string, float[]>) Parse(JsonElement line, string folder, SortedSet<string> unusable)
    {
        JsonProperty[] fields = [.. line.EnumerateObject()];
        var names = new ColumnNames([.. fields.Select(field => field.Name)], "");
        int id = names.ItemIdIfNamed(null) ?? throw new InvalidOperationException($"there is no '{IdKey}'"), picture = names.Image(null);
        string? other = fields.Select(field => field.Name).FirstOrDefault(name => name.Equals("id", StringComparison.OrdinalIgnoreCase));
        if (fields[id].Name != IdKey && other is not null && other != fields[id].Name)
            throw new InvalidOperationException($"'{fields[id].Name}' and '{other}' may both be its id, so call the id '{IdKey}'");
        string? image = null;
        var texts = new OrderedDictionary<string, string>();
        var features = new Dictionary<string, float[]>();
        foreach ((int index, JsonProperty field) in fields.Index())
        {
            if (index == id) continue;
            if (index == picture)
            {
                if (JsonTexts.Picture(field.Value) is { } named) image = PicturePath.Absolute(named, folder);
            }
            else if (field.NameEquals(FeaturesKey) && field.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty modality in field.Value.EnumerateObject())
                    features.Add(modality.Name, [.. modality.Value.EnumerateArray().Select(number => number.GetSingle())]);
            }
            else if (field.NameEquals(FeaturesKey) && field.Value is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(number => number.ValueKind == JsonValueKind.Number))
            {
                throw new InvalidOperationException($"'{FeaturesKey}' is a list of numbers rather than one for each modality, by its name");
            }
            else if (JsonTexts.Of(field.Value) is not { } text)
            {
                unusable.Add(field.Name);
            }
            else if (HtmlText.Plain(text) is var plain && !string.IsNullOrWhiteSpace(plain))
            {
                texts.Add(field.Name, plain);
            }
        }

        return (new ItemRecord(ExternalId.Trimmed(JsonTexts.Id(line, fields[id].Name)), texts, image), features);
    }
}
