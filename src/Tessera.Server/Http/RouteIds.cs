using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Tessera.Server.Http;

/// <summary>
/// Ids in paths as they were sent. The server leaves <c>%2F</c> in a path as it is, and <c>%252F</c> becomes the same, so an id with a slash is read from the
/// request line itself.
/// </summary>
internal static class RouteIds
{
    /// <summary>Puts the decoded segments into the route's values.</summary>
    public static void Restore(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.Contains("%2F", StringComparison.OrdinalIgnoreCase) || context.GetEndpoint() is not RouteEndpoint { RoutePattern: var pattern }) return;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string[] segments = (query < 0 ? target : target[..query]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        int first = segments.Length - pattern.PathSegments.Count; // whatever the host has before
        if (first < 0) return;
        for (int index = 0; index < pattern.PathSegments.Count; index++)
            if (pattern.PathSegments[index].Parts is [RoutePatternParameterPart part]) context.Request.RouteValues[part.Name] = Uri.UnescapeDataString(segments[first + index]);
    }
}
