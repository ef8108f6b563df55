using System.Text.Encodings.Web;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Files that say one thing of each item: one JSON object a line, <c>{"item": "…", "KEY": "…"}</c>.</summary>
internal static class ItemLines
{
    public const string ItemKey = "item";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file whole.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static void Write(string path, string key, IEnumerable<(string Item, string Value)> lines) => AtomicFile.WriteBuffered(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, Readable);
        foreach ((string item, string value) in lines)
        {
            json.WriteStartObject();
            json.WriteString(ItemKey, item);
            json.WriteString(key, value);
            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
            json.Reset();
        }
    });
}
