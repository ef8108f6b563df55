using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Serving;

/// <summary>Values of an enumeration as JSON has them, in words such as <c>created</c>, whatever the settings of who writes.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
