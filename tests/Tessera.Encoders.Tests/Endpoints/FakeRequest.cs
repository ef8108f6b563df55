using System.Text.Json.Nodes;

namespace Tessera.Encoders.Tests.Endpoints;

/// <summary>What the server was sent.</summary>
public sealed record FakeRequest(string Path, string? Authorization, JsonObject Body)
{
    /// <summary>The texts of a request for embeddings.</summary>
    public string[] Texts { get; } = Body["input"] is JsonArray input ? [.. input.Select(text => (string)text!)] : [];

    /// <summary>The parts of the last message of a request for a chat completion.</summary>
    public JsonArray Parts => Body["messages"]!.AsArray()[^1]!["content"]!.AsArray();

    /// <summary>The data URI of the image in it.</summary>
    public string Image => (string)Parts.Single(part => (string?)part!["type"] == "image_url")!["image_url"]!["url"]!;
}
