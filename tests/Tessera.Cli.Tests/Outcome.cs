using System.Text.Json.Nodes;

namespace Tessera.Cli.Tests;

/// <summary>What a command gave.</summary>
public sealed record Outcome(int Code, string Out, string Error)
{
    /// <summary>The one JSON object on standard output.</summary>
    public JsonObject Json => JsonNode.Parse(Out)!.AsObject();

    /// <summary>The lines on standard error that are errors.</summary>
    public string[] Errors => [.. Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];

    /// <summary>Standard error without the breaks that the length of a path decides.</summary>
    public string Unbroken => string.Join(' ', Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
