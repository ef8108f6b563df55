using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

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
