using Microsoft.AspNetCore.Http;

namespace Tessera.Server.Http;

/// <summary>By what a request that begins a job is known, so that sending it again begins none.</summary>
internal static class IdempotencyKey
{
    /// <summary>The key of a request; null where it has none.</summary>
    /// <exception cref="BadHttpRequestException">It has several.</exception>
    public static string? Of(HttpRequest request) => request.Headers["Idempotency-Key"] switch
    {
        [] => null,
        [{ Length: > 0 } key] => key,
        _ => throw new BadHttpRequestException("The header Idempotency-Key is empty or repeated; expected one text that no other request has, or none."),
    };
}
