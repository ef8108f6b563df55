using System.Text.Json;

namespace Tessera.Data.Importing;

/// <summary>The texts in a JSON value.</summary>
internal static class JsonTexts
{
    /// <summary>Keys of objects that describe a picture, the best first.</summary>
    private static readonly string[] PictureKeys = ["hi_res", "large", "url", "path", "src", "image", "medium", "small", "thumb"];

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

    /// <summary>
    /// A text, a number as it is written, or what lists hold of these in their order with a space between two; empty for null, null for
    /// anything else.
    /// </summary>
    public static string? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Null => "",
        JsonValueKind.Array when value.EnumerateArray().Select(Of).ToArray() is var parts && !parts.Contains(null) =>
            string.Join(' ', parts.Where(part => !string.IsNullOrWhiteSpace(part))),
        _ => null,
    };

    /// <summary>
    /// The picture that a value names: itself, the first that a list does, or what an object has under the best of the usual keys; null
    /// where there is none.
    /// </summary>
    public static string? Picture(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is var text && !string.IsNullOrWhiteSpace(text) => text,
        JsonValueKind.Array => value.EnumerateArray().Select(Picture).FirstOrDefault(picture => picture is not null),
        JsonValueKind.Object => PictureKeys.Select(key => value.TryGetProperty(key, out JsonElement named) ? Picture(named) : null)
            .FirstOrDefault(picture => picture is not null),
        _ => null,
    };
}
