using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>The JSON body of a request, read by <see cref="ServerJson"/> whatever the host's own settings are.</summary>
/// <param name="Value">What it says.</param>
internal sealed record Body<T>(T Value) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
{
    private const string MergePatch = "application/merge-patch+json";

    /// <exception cref="BadHttpRequestException">The body is none that can be read.</exception>
    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(await JsonBody.ReadAsync(context, ServerJson.Document, ServerJson.Read<T>));

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(
        new AcceptsMetadata(typeof(T) == typeof(JsonObject) ? [MergePatch, JsonBody.Type] : [JsonBody.Type], typeof(T)));
}

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
