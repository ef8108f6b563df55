using Tessera.Data;

namespace Tessera.Encoders.Endpoints;

/// <summary>Which server and model to ask, and with how much patience.</summary>
public sealed record EndpointOptions
{
    /// <summary>The base address of an OpenAI-compatible server, such as <c>http://localhost:8000/v1</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The model's name as the server knows it.</summary>
    public required string Model { get; init; }

    /// <summary>The key, or null for a server that asks for none.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>The longest that one request may take, from sending to the end of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often one request is sent before it counts as failed, 1 or more.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The clock that waits between attempts.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Numbers in [0, 1) that spread the waits, so that many clients do not come back in the same moment; called from several threads.</summary>
    internal Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Told in one sentence, without the key, before each wait; called from several threads.</summary>
    public IProgress<string>? Waits { get; init; }

    /// <summary>Reads a server's base address.</summary>
    /// <exception cref="InvalidInputException">The text is no http or https address, or carries a user name, password, query or fragment.</exception>
    public static Uri ParseAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new InvalidInputException($"The endpoint '{text}' is no http or https address; expected one such as http://localhost:8000/v1.");
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            throw new InvalidInputException(
                $"The endpoint at '{address.Host}' has more than scheme, host, port and path; "
                + "expected no user name, password or query in it, so give the key by an environment variable.");
        return address;
    }
}
