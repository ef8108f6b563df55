namespace Tessera.Server;

/// <summary>Limits of the HTTP service, those of the section <c>Tessera:Server</c> of a host's configuration; checked when the host starts.</summary>
public sealed class TesseraServerOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Tessera:Server";

    /// <summary>Requests a second that a key may send on average, 1 to 1,000,000; bursts of a second's worth pass at once, and what is more gets 429.</summary>
    public int RequestsPerSecond { get; set; } = 10_000;

    /// <summary>Requests that are worked on at once, 1 to 100,000; as many again wait, and what is more gets 429.</summary>
    public int ConcurrentRequests { get; set; } = 512;
}
