using System.Text.Json;
using System.Text.Json.Serialization;

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
}
