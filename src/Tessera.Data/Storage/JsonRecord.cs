using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Data.Storage;

/// <summary>Small JSON files that say what a folder holds: read strictly, written whole.</summary>
internal static class JsonRecord
{
    /// <summary>Refuses repeated keys, of which a reader would take one without a word.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new KebabCaseConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Reads and checks a record; null where the file is absent.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">How a message describes any other file, such as "is not a list".</param>
    /// <param name="remedy">What is expected, and what to do otherwise.</param>
    /// <param name="check">Throws <see cref="JsonException"/> or <see cref="InvalidInputException"/> for a record that cannot be right.</param>
    /// <param name="format">The only value that <c>format</c> may have, looked at first; null where any will do.</param>
    /// <param name="nullEntries">Whether lists may have null among their entries, which <typeparamref name="T"/> must then allow.</param>
    /// <exception cref="InvalidInputException">The file is not such a record.</exception>
    public static T? ReadIfPresent<T>(string path, string fault, string remedy, Action<T>? check = null, int? format = null, bool nullEntries = false)
        where T : class
    {
        if (!File.Exists(path)) return null;
        using FileStream stream = InputFile.Open(path);
        try
        {
            using var document = JsonDocument.Parse(stream, Strict);
            RefuseOtherFormat(document.RootElement, format, path);
            if (!nullEntries) RefuseNullEntries(document.RootElement);
            T record = document.Deserialize<T>(Json) ?? throw new JsonException("it is null");
            check?.Invoke(record);
            return record;
        }
        catch (JsonException cause)
        {
            throw new InvalidInputException($"'{path}' {fault} ({SourceText.Reason(cause)}); {remedy}.", cause);
        }
        catch (IOException cause)
        {
            throw InputFile.Unreadable(path, cause);
        }
    }

    /// <returns>SHA-256 of the file, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static string Write<T>(string path, T record) => AtomicFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, record, Json);
        stream.Write("\n"u8);
    });

    /// <summary>A record as <see cref="Write"/> writes it.</summary>
    public static string ToJson<T>(T record) => JsonSerializer.Serialize(record, Json);

    /// <summary>Refuses null in lists, which the serializer would put into lists that hold none.</summary>
    public static void RefuseNullEntries(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject()) RefuseNullEntries(property.Value);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement entry in element.EnumerateArray())
            {
                if (entry.ValueKind == JsonValueKind.Null) throw new JsonException("a list has a null among its entries");
                RefuseNullEntries(entry);
            }
        }
    }

    private static void RefuseOtherFormat(JsonElement root, int? format, string path)
    {
        if (format is null || root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out JsonElement found)) return;
        if (found.GetRawText() != $"{format}")
            throw new InvalidInputException($"'{path}' has format {found.GetRawText()}; expected {format}, so make its folder again with this version.");
    }
}
