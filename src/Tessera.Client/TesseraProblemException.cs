using System.Net;

namespace Tessera.Client;

/// <summary>The server refused a request, or could not answer it; the message is its sentence.</summary>
public sealed class TesseraProblemException : Exception
{
    internal TesseraProblemException(HttpStatusCode status, string detail, TimeSpan? retryAfter)
        : base(detail) => (Status, RetryAfter) = (status, retryAfter);

    /// <summary>The status: 400 and 422 for what cannot be asked so, 401 and 403 for keys, 404, 409, 412, 429, 503.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>When to ask again, of 429 and 503; null where the server does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
