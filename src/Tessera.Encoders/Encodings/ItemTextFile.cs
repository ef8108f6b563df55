using System.Text.Json;
using Tessera.Data;

namespace Tessera.Encoders.Encodings;

/// <summary>Texts of items in a file of their own: one JSON object a line, <c>{"item": "…", "text": "…"}</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Texts">Texts by item.</param>
internal sealed record ItemTextFile(string Path, IReadOnlyDictionary<string, string> Texts)
{
    private const string TextKey = "text";

    /// <summary>Where a folder keeps texts of this name.</summary>
    public static string PathOf(string directory, string name) => System.IO.Path.Combine(directory, $"{name}.jsonl");

    /// <summary>Reads all texts of a file.</summary>
    /// <exception cref="InvalidInputException">There is no such file, a line is no such object, or two lines have the same item.</exception>
    public static ItemTextFile Read(string path, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file '{path}' with texts of items; make it, for images with 'tessera data describe', or name another one.");
        var texts = new Dictionary<string, string>();
        var lines = new Dictionary<string, int>();
        foreach ((int index, string line) in File.ReadLines(path).Index())
        {
            cancellation.ThrowIfCancellationRequested();
            (string item, string text) = Parse(line, index + 1, path);
            if (!lines.TryAdd(item, index + 1))
                throw new InvalidInputException($"Lines {lines[item]} and {index + 1} of '{path}' both have item '{item}'; expected each item once, so remove one of them.");
            texts.Add(item, text);
        }

        return new ItemTextFile(path, texts);
    }

    /// <summary>Writes a file whole.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<(string Item, string Text)> texts) => ItemLines.Write(path, TextKey, texts);

    private static (string Item, string Text) Parse(string line, int number, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            string item = json.RootElement.GetProperty(ItemLines.ItemKey).GetString() ?? throw new InvalidOperationException("The item is null.");
            return (item, json.RootElement.GetProperty(TextKey).GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"Line {number} of '{path}' is no text of an item; expected {{\"{ItemLines.ItemKey}\": \"…\", \"{TextKey}\": \"…\"}}, so correct or remove it.", e);
        }
    }
}
