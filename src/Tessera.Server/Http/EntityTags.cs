using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>Versions of items as entity tags (RFC 9110): <c>"7"</c>.</summary>
internal static class EntityTags
{
    /// <summary>Says which version the answer is of.</summary>
    public static void Set(HttpResponse response, long version) => response.Headers.ETag = new EntityTagHeaderValue($"\"{version}\"").ToString();

    /// <summary>The version that the request wants to change, 0 for none and -1 for whichever there is; null where it does not say.</summary>
    /// <exception cref="BadHttpRequestException">It says what no version is.</exception>
    public static long? Expected(HttpRequest request)
    {
        if (request.Headers is { IfNoneMatch.Count: > 1 } or { IfMatch.Count: > 1 })
            throw new BadHttpRequestException("The header If-Match or If-None-Match is repeated; expected it once.");
        if (request.Headers.IfNoneMatch is [{ } none])
            return none == "*" ? 0 : throw new BadHttpRequestException($"The header If-None-Match is {SourceText.Quoted(none)}; expected *, so that no item is changed that is there.");
        if (request.Headers.IfMatch is not [{ } match]) return null;
        if (match == "*") return -1;
        return long.TryParse(match.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version
            : throw new BadHttpRequestException($"The header If-Match is {SourceText.Quoted(match)}; expected the ETag of the item, such as \"7\", or * for whichever it has.");
    }
}
