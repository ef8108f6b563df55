using System.Text.Json;
using Tessera.Data;
using Tessera.Data.EventLogs;
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
/// Items to add, one JSON object a line: <c>item</c> is the id, <c>image</c> a path that counts from the file's folder, <c>features</c> ready vectors by
/// modality, all else texts.
/// </summary>
internal static class NewItemsFile
{
    private const string IdKey = "item", ImageKey = "image", FeaturesKey = "features";

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read, holds no item, a line is no such object, or two are of one item.</exception>
    public static IReadOnlyList<GivenItem> Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"There is no file '{path}'; expected items to add, one JSON object a line.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var items = new List<GivenItem>();
        var lineOf = new Dictionary<string, int>();
        foreach ((int index, string line) in InputFile.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line, JsonRecord.Strict);
                (ItemRecord item, IReadOnlyDictionary<string, float[]> features) = Parse(json.RootElement, folder);
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

        return items.Count > 0 ? items : throw new InvalidInputException($"'{path}' holds no item; expected one JSON object a line.");
    }

    private static (ItemRecord, IReadOnlyDictionary<string, float[]>) Parse(JsonElement line, string folder)
    {
        string? id = null, image = null;
        var texts = new OrderedDictionary<string, string>();
        var features = new Dictionary<string, float[]>();
        foreach (JsonProperty field in line.EnumerateObject())
        {
            if (field.NameEquals(FeaturesKey))
            {
                foreach (JsonProperty modality in field.Value.EnumerateObject())
                    features.Add(modality.Name, [.. modality.Value.EnumerateArray().Select(number => number.GetSingle())]);
                continue;
            }

            if (field.Value.ValueKind != JsonValueKind.String) throw new InvalidOperationException($"'{field.Name}' is not a text");
            string text = field.Value.GetString()!;
            if (field.NameEquals(IdKey)) id = text;
            else if (field.NameEquals(ImageKey)) image = PicturePath.Absolute(text, folder);
            else texts.Add(field.Name, text);
        }

        return (new ItemRecord(id ?? throw new InvalidOperationException($"there is no '{IdKey}'"), texts, image), features);
    }
}
