using System.Text.Encodings.Web;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Files with one JSON object a line, each about one item.</summary>
internal static class ItemLines
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads an object.</summary>
    /// <exception cref="JsonException">The line is no such object.</exception>
    public static T Parse<T>(string line)
        where T : class => JsonSerializer.Deserialize<T>(line, Json) ?? throw new JsonException("It is null.");

    /// <summary>Writes a file whole.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static void Write<T>(string path, IEnumerable<T> lines) => AtomicFile.WriteBuffered(path, stream =>
    {
        foreach (T line in lines)
        {
            JsonSerializer.Serialize(stream, line, Json);
            stream.WriteByte((byte)'\n');
        }
    });
}
