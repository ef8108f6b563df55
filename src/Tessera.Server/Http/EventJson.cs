using System.Text.Json;
using Tessera.Serving;

namespace Tessera.Server.Http;

/// <summary>An event as a request or a line has it.</summary>
internal static class EventJson
{
    /// <summary>Documents that are read event by event: what is wrong with one is found with that one.</summary>
    public static readonly JsonDocumentOptions Document = new() { MaxDepth = ServerJson.Document.MaxDepth };

    /// <summary>What a document says.</summary>
    /// <exception cref="JsonException">It says something else, or a time that is not the same everywhere.</exception>
    public static UserEvent Read(JsonElement element)
    {
        UserEvent read = ServerJson.Read<UserEvent>(element);
        if (!HasOffset(element.GetProperty("time").GetString()!))
            throw new JsonException("its time has no offset from UTC; expected one, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00");
        return read;
    }

    private static bool HasOffset(string time) => time[^1] is 'Z' || (time.Length > 6 && time[^6] is '+' or '-' && time[^3] is ':' && time.Contains('T', StringComparison.Ordinal));
}
