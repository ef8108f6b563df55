using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Texts of items in a file of their own: one JSON object a line, <c>{"item": "…", "text": "…"}</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Texts">Texts by item.</param>
internal sealed record ItemTextFile(string Path, IReadOnlyDictionary<string, string> Texts)
{
    /// <summary>Where a folder keeps texts of this name.</summary>
    public static string PathOf(string directory, string name) => System.IO.Path.Combine(directory, $"{name}.jsonl");

    /// <summary>Reads all texts of a file.</summary>
    /// <exception cref="InvalidInputException">There is no such file, a line is no such object, or two lines have the same item.</exception>
    public static ItemTextFile Read(string path, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file '{path}' with texts of items; make it, for images with 'tessera data describe', or name another one.");
        var texts = new Dictionary<string, string>();
        var lines = new Dictionary<string, int>();
        foreach ((int index, string line) in InputFile.ReadLines(path).Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Line read = Parse(line, index + 1, path);
            if (!lines.TryAdd(read.Item, index + 1))
                throw new InvalidInputException($"Lines {lines[read.Item]} and {index + 1} of '{path}' both have item '{read.Item}'; expected each item once, so remove one of them.");
            texts.Add(read.Item, read.Text ?? "");
        }

        return new ItemTextFile(path, texts);
    }

    /// <summary>Writes a file whole.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<(string Item, string Text)> texts) =>
        ItemLines.Write(path, texts.Select(text => new Line(text.Item, text.Text)));

    private static Line Parse(string line, int number, string path)
    {
        try
        {
            return ItemLines.Parse<Line>(line);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"Line {number} of '{path}' is no text of an item; expected {{\"item\": \"…\", \"text\": \"…\"}}, so correct or remove it.", e);
        }
    }

    private sealed record Line(string Item, string? Text);
}
