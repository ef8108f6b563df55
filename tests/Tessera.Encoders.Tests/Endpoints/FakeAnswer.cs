using System.Text.Json.Nodes;

namespace Tessera.Encoders.Tests.Endpoints;

/// <summary>What the server sends.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body announced.</param>
public sealed record FakeAnswer(int Status, string Body)
{
    public string? RetryAfter { get; init; }

    /// <summary>How many bytes of the body are sent before the connection is broken off; null for all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the body is sent again and again, of no announced length, until the client goes away.</summary>
    public bool Endless { get; init; }

    /// <summary>Waits for this before answering.</summary>
    public Task? After { get; init; }

    public static FakeAnswer Error(int status, string message, string? retryAfter = null) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "error" } }.ToJsonString()) { RetryAfter = retryAfter };
}
