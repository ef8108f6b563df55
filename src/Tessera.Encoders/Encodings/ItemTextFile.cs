using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Texts of items in a file of their own: one JSON object a line, <c>{"item": "…", "text": "…"}</c>. Memory holds where each one stands.</summary>
public sealed class ItemTextFile : IDisposable
{
    private const string ItemKey = "item", TextKey = "text";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FileStream _file;
    private readonly Dictionary<string, (long Offset, int Length, int Line)> _places = [];

    private ItemTextFile(string path, FileStream file)
    {
        Path = path;
        _file = file;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Number of items with a text.</summary>
    public int Count => _places.Count;

    /// <summary>Where a folder keeps texts of this name.</summary>
    public static string PathOf(string directory, string name) => System.IO.Path.Combine(directory, $"{name}.jsonl");

    /// <summary>Finds all texts of a file.</summary>
    /// <exception cref="InvalidInputException">There is no such file, a line is no such object, or two lines have the same item.</exception>
    public static ItemTextFile Open(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no file '{path}' with texts of items; make it, for images with 'tessera data describe', or name another one.");
        var texts = new ItemTextFile(path, File.OpenRead(path));
        try
        {
            texts.Index(cancellation);
            return texts;
        }
        catch
        {
            texts.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="texts">Items and their texts.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<(string Item, string Text)> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        try
        {
            AtomicFile.Write(path, stream =>
            {
                using var json = new Utf8JsonWriter(stream, Readable);
                foreach ((string item, string text) in texts)
                {
                    json.WriteStartObject();
                    json.WriteString(ItemKey, item);
                    json.WriteString(TextKey, text);
                    json.WriteEndObject();
                    json.Flush();
                    stream.WriteByte((byte)'\n');
                    json.Reset();
                }
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"File '{path}' cannot be written ({e.Message.TrimEnd('.')}); expected a folder with room that you may write to.", e);
        }
    }

    /// <summary>Whether the file has a text of an item.</summary>
    public bool Has(string item) => _places.ContainsKey(item);

    /// <summary>The text of an item, or null where the file has none.</summary>
    /// <exception cref="InvalidInputException">The file was changed since it was opened.</exception>
    public string? Find(string item)
    {
        if (!_places.TryGetValue(item, out (long Offset, int Length, int Line) place)) return null;
        var line = new byte[place.Length];
        _file.Position = place.Offset;
        _file.ReadAtLeast(line, line.Length, throwOnEndOfStream: false);
        (string found, string text) = Parse(line, place.Line);
        return found == item ? text : throw new InvalidInputException($"'{Path}' was changed while it was read; give the same command again.");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Index(CancellationToken cancellation)
    {
        var line = new ArrayBufferWriter<byte>();
        long start = 0, position = 0;
        int number = 0;
        for (int value = 0; value >= 0;)
        {
            value = _file.ReadByte();
            position++;
            if (value >= 0 && value != '\n')
            {
                line.Write([(byte)value]);
                continue;
            }

            if (value < 0 && line.WrittenCount == 0) break;
            cancellation.ThrowIfCancellationRequested();
            number++;
            (string item, _) = Parse(line.WrittenMemory, number);
            if (!_places.TryAdd(item, (start, line.WrittenCount, number)))
                throw new InvalidInputException($"Lines {_places[item].Line} and {number} of '{Path}' both have item '{item}'; expected each item once, so remove one of them.");
            start = position;
            line.ResetWrittenCount();
        }
    }

    private (string Item, string Text) Parse(ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            string item = json.RootElement.GetProperty(ItemKey).GetString() ?? throw new InvalidOperationException("The item is null.");
            return (item, json.RootElement.GetProperty(TextKey).GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidInputException(
                $"Line {number} of '{Path}' is no text of an item; expected {{\"{ItemKey}\": \"…\", \"{TextKey}\": \"…\"}}, so correct or remove it.", e);
        }
    }
}
