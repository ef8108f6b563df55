namespace Tessera.Encoders.Endpoints;

/// <summary>A request to a server failed. The message is one sentence without the API key.</summary>
public sealed class EndpointException : Exception
{
    internal EndpointException(EndpointFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>Whom the failure concerns.</summary>
    internal EndpointFault Fault { get; }

    /// <summary>Whether the same request may succeed a little later.</summary>
    internal bool IsTransient { get; init; }

    /// <summary>How long the server asks to wait, where it says so.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
