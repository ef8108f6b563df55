using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>A body of JSON.</summary>
internal static class JsonBody
{
    /// <summary>Its media type.</summary>
    public const string Type = "application/json";

    /// <summary>Reads it.</summary>
    /// <exception cref="BadHttpRequestException">The body is none that can be read.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonDocumentOptions options, Func<JsonElement, T> read)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException(
                $"The body is of type {SourceText.Quoted(context.Request.ContentType ?? "")}; expected JSON, announced by the header 'Content-Type: {Type}'.",
                StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(context.Request.Body, options, context.RequestAborted);
            return read(document.RootElement);
        }
        catch (Exception cause) when (ServerJson.IsUnreadable(cause))
        {
            throw new BadHttpRequestException($"The body cannot be read: {ServerJson.Reason(cause)}; expected JSON as /openapi/v1.json describes it.", cause);
        }
    }
}
