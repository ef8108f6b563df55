using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tessera.Serving;

/// <summary>Work that goes on after its request was answered, or went on while it was.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it does, such as <c>train</c>.</param>
/// <param name="State">How far it is.</param>
/// <param name="Progress">Share that is done, 0 to 1.</param>
/// <param name="Result">What came of it; null where nothing did yet.</param>
/// <param name="Error">Why it failed, a sentence, or null.</param>
/// <param name="Created">When it was asked for.</param>
/// <param name="Changed">When it was last heard of.</param>
public sealed record JobView(
    string Id, string Kind, JobState State, double Progress, JsonNode? Result, string? Error, DateTimeOffset Created, DateTimeOffset Changed);

/// <summary>How far a job is.</summary>
[JsonConverter(typeof(WordConverter<JobState>))]
public enum JobState
{
    /// <summary>It waits for its turn.</summary>
    Waiting,

    /// <summary>It is at work.</summary>
    Running,

    /// <summary>It is done.</summary>
    Succeeded,

    /// <summary>It ended without being done.</summary>
    Failed,
}
