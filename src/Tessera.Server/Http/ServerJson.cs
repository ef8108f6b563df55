using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>JSON as it comes: what is misspelled, repeated or null where nothing may be null is refused rather than passed over.</summary>
internal static class ServerJson
{
    /// <summary>How requests are read.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        MaxDepth = 32,
    };

    /// <summary>How lines of exports are written: letters of all scripts as they are, which escaped would take six bytes each.</summary>
    public static readonly JsonSerializerOptions Lines = new(Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How a document is parsed.</summary>
    public static readonly JsonDocumentOptions Document = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>What a document says.</summary>
    /// <exception cref="JsonException">It says something else.</exception>
    public static T Read<T>(JsonElement document)
    {
        JsonRecord.RefuseNullEntries(document);
        return document.Deserialize<T>(Options) ?? throw new JsonException("it is null");
    }

    /// <summary>Whether JSON could not be read: the reader throws something else where a name has half of a surrogate pair.</summary>
    public static bool IsUnreadable(Exception cause) => cause is JsonException or InvalidOperationException;

    /// <summary>Why it could not, as a part of a sentence.</summary>
    public static string Reason(Exception cause) => cause is JsonException json ? SourceText.Reason(json) : "a text in it is no Unicode";
}
