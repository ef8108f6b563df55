using System.Text.Json;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Cli.Commands;

/// <summary>
/// Items to add, one JSON object a line: <c>item</c> is the id, <c>image</c> a path that counts from the file's folder, <c>features</c> ready vectors by
/// modality, all else texts.
/// </summary>
internal static class NewItemsFile
{
    private const string IdKey = "item", ImageKey = "image", FeaturesKey = "features";

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read, holds no item, or a line is no such object.</exception>
    public static IReadOnlyList<(ItemRecord Item, IReadOnlyDictionary<string, float[]> Features)> Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"There is no file '{path}'; expected items to add, one JSON object a line.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var items = new List<(ItemRecord, IReadOnlyDictionary<string, float[]>)>();
        foreach ((int index, string line) in InputFile.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line, JsonRecord.Strict);
                items.Add(Parse(json.RootElement, folder));
            }
            catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException)
            {
                throw new InvalidInputException(
                    $"Line {index + 1} of '{path}' is not an item ({SourceText.Reason(cause)}); expected a JSON object with '{IdKey}', and '{ImageKey}', '{FeaturesKey}' "
                    + "(numbers by modality) and texts as there are.", cause);
            }
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
