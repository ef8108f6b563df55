namespace Tessera.Encoders.Endpoints;

/// <summary>Whom a failed request concerns.</summary>
internal enum EndpointFault
{
    /// <summary>The server refuses what was sent (400, 413, 415, 422); another content may pass.</summary>
    Content,

    /// <summary>
    /// The server answers, but at every attempt with an error of its own (500) or with something that is no answer: the content may be at fault, or
    /// the server.
    /// </summary>
    Answer,

    /// <summary>
    /// No attempt is answered: time runs out, the connection fails or breaks off, or a gateway says as much (502, 504). The content may be at fault,
    /// or the server is down.
    /// </summary>
    Silence,

    /// <summary>Every request fails: the server is too busy, or it refuses key, model or address.</summary>
    Service,
}
