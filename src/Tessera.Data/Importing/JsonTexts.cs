using System.Text.Json;

namespace Tessera.Data.Importing;

/// <summary>The texts in a JSON value.</summary>
internal static class JsonTexts
{
    /// <summary>The id of a record: a text, or a number as it is written.</summary>
    /// <exception cref="JsonException">It has none.</exception>
    public static string Id(JsonElement record, string key)
    {
        record.TryGetProperty(key, out JsonElement value);
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => throw new JsonException($"it has no text or number '{key}'"),
        };
    }

    /// <summary>A text, or lists of texts in their order with a space between two; null for anything else.</summary>
    public static string? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when value.EnumerateArray().Select(Of).ToArray() is var parts && !parts.Contains(null) =>
            string.Join(' ', parts.Where(part => !string.IsNullOrWhiteSpace(part))),
        _ => null,
    };

    /// <summary>The first text of a value: itself, or the first of a list; null where there is none.</summary>
    public static string? First(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => value.EnumerateArray().Select(First).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)),
        _ => null,
    };
}
