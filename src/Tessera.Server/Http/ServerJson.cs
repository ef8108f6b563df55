using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>JSON as it comes and goes: what is misspelled, repeated or null where nothing may be null is refused rather than passed over.</summary>
internal static class ServerJson
{
    /// <summary>How requests are read and answers written.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        MaxDepth = 32,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>How a document is parsed.</summary>
    public static readonly JsonDocumentOptions Document = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Whether JSON could not be read: the reader throws something else where a name has half of a surrogate pair.</summary>
    public static bool IsUnreadable(Exception cause) => cause is JsonException or InvalidOperationException;

    /// <summary>Why it could not, as a part of a sentence.</summary>
    public static string Reason(Exception cause) => cause is JsonException json ? SourceText.Reason(json) : "a text in it is no Unicode";
}
