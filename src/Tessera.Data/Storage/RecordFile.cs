using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Data.Storage;

/// <summary>Small JSON files that say what a folder holds: read strictly, written whole.</summary>
internal static class RecordFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Reads and checks a record; null where the file is absent.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Throws <see cref="JsonException"/> or <see cref="InvalidInputException"/> for a record that cannot be right.</param>
    /// <param name="what">What the file should be, with its article.</param>
    /// <param name="remedy">What to expect and to do otherwise.</param>
    /// <exception cref="InvalidInputException">The file is no such record.</exception>
    public static T? ReadIfPresent<T>(string path, Action<T> check, string what, string remedy)
        where T : class
    {
        if (!File.Exists(path)) return null;
        using FileStream stream = InputFile.Open(path);
        try
        {
            T record = JsonSerializer.Deserialize<T>(stream, Json) ?? throw new JsonException("it is null");
            check(record);
            return record;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"'{path}' is not {what} ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); {remedy}.", e);
        }
        catch (IOException e)
        {
            throw InputFile.Unreadable(path, e);
        }
    }

    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write<T>(string path, T record) => WholeFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, record, Json);
        stream.Write("\n"u8);
    });
}
