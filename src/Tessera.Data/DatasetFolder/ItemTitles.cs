using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>What people call the items: the field <c>title</c>, else <c>name</c>, of each line of a folder's <c>items.jsonl</c>.</summary>
internal static class ItemTitles
{
    private const string FileName = "items.jsonl", IdKey = "item", TitleKey = "title", NameKey = "name";

    /// <summary>The title of each item, empty where it has none; null where the folder names none at all.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="itemIds">External ids of the items, in order.</param>
    /// <exception cref="InvalidInputException">A line is no JSON object of texts.</exception>
    public static IReadOnlyList<string>? ReadIfPresent(string directory, IReadOnlyList<string> itemIds)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        var titles = new Dictionary<string, string>();
        foreach ((int line, string text) in InputFile.ReadLines(path).Index())
        {
            (string? id, string? title) = Parse(text, line + 1, path);
            if (id is not null && !string.IsNullOrWhiteSpace(title)) titles.TryAdd(id, title.ReplaceLineEndings(" "));
        }

        return titles.Count > 0 ? [.. itemIds.Select(id => titles.GetValueOrDefault(id, ""))] : null;
    }

    private static (string? Id, string? Title) Parse(string line, int number, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return (Text(json.RootElement, IdKey), Text(json.RootElement, TitleKey) ?? Text(json.RootElement, NameKey));
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"Line {number} of '{path}' is not an item ({SourceText.Reason(cause)}); expected a JSON object of texts, so restore the file or make it again.", cause);
        }
    }

    private static string? Text(JsonElement record, string key) => record.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
}
