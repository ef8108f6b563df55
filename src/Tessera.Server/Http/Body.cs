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
    private const string Json = "application/json", MergePatch = "application/merge-patch+json";

    /// <exception cref="BadHttpRequestException">The body is none that can be read.</exception>
    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException(
                $"The body is of type {SourceText.Quoted(context.Request.ContentType ?? "")}; expected JSON, announced by the header 'Content-Type: {Json}'.",
                StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(context.Request.Body, ServerJson.Document, context.RequestAborted);
            return new Body<T>(ServerJson.Read<T>(document));
        }
        catch (Exception cause) when (ServerJson.IsUnreadable(cause))
        {
            throw new BadHttpRequestException($"The body cannot be read: {ServerJson.Reason(cause)}; expected JSON as /openapi/v1.json describes it.", cause);
        }
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(
        new AcceptsMetadata(typeof(T) == typeof(JsonObject) ? [MergePatch, Json] : [Json], typeof(T)));
}
