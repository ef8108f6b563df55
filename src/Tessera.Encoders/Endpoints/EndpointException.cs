namespace Tessera.Encoders.Endpoints;

/// <summary>A request to a server failed. The message is one sentence without the API key.</summary>
public sealed class EndpointException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public EndpointException()
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    public EndpointException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and its cause.</summary>
    public EndpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    /// <param name="fault">Whom the failure concerns.</param>
    /// <param name="message">One sentence.</param>
    public EndpointException(EndpointFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>Whom the failure concerns.</summary>
    public EndpointFault Fault { get; } = EndpointFault.Service;

    /// <summary>Whether the same request may succeed a little later.</summary>
    internal bool IsTransient { get; init; }

    /// <summary>How long the server asks to wait, where it says so.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
