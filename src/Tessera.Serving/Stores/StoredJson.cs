using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tessera.Serving.Stores;

/// <summary>JSON as it is stored, and as rows are given to a query; see <see cref="Session.Rows"/>.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A value as JSON.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>A value from what <see cref="Write"/> made.</summary>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    /// <summary>A JSON list of objects <c>{"id": …}</c>, without ids that nothing can have.</summary>
    public static string Ids(IEnumerable<string> ids) => Write(ids.Where(StoredId.IsSound).Select(id => new { Id = id }));
}
