using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Hosting;
using Tessera.Serving.Stores;

namespace Tessera.Server.Endpoints;

/// <summary>What users do.</summary>
internal static class EventEndpoints
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapPost("/events", AppendAsync).WithName("AppendEvents").WithTags("events").Accepts<UserEvent[]>("application/json")
            .WithSummary("Stores up to 1,000 events, each exactly once however often it is sent; they are on the disk when the answer comes, which says why events were rejected")
            .RequireScope(Scopes.Write);
        group.MapGet("/events/rejected", RejectedAsync).WithName("ListRejectedEvents").WithTags("events")
            .WithSummary("The latest events that could not be stored, and why").RequireScope(Scopes.Admin);
    }

    /// <summary>Events are read one by one, so that one that is not as it should be keeps none of the others out.</summary>
    private static async Task<Ok<AppendResult>> AppendAsync(HttpContext context, EventLog log, CancellationToken cancel)
    {
        JsonElement[] body = await JsonBody.ReadAsync(context, EventJson.Document, Elements);
        var events = new List<UserEvent>(body.Length);
        var refused = new List<RejectedEvent>();
        foreach (JsonElement element in body)
        {
            try
            {
                events.Add(EventJson.Read(element));
            }
            catch (Exception cause) when (ServerJson.IsUnreadable(cause))
            {
                refused.Add(new RejectedEvent(Text(element, "id"), Text(element, "user"), Text(element, "item"), Text(element, "type"), $"It cannot be read: {ServerJson.Reason(cause)}."));
            }
        }

        return TypedResults.Ok(await log.AppendAsync(events, refused, cancel));
    }

    private static async Task<Ok<IReadOnlyList<RejectedEvent>>> RejectedAsync(StoreSource source, CancellationToken cancel, int limit = 100) =>
        TypedResults.Ok(await (await source.OpenAsync()).Events.RejectedAsync(PageLimit.Checked(limit), cancel));

    private static JsonElement[] Elements(JsonElement body) =>
        body.ValueKind == JsonValueKind.Array ? [.. body.EnumerateArray().Select(element => element.Clone())] : throw new JsonException("it is no array of events");

    private static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // no Unicode
        }
    }
}
