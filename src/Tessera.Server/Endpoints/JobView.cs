using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Serving.Stores;

namespace Tessera.Server.Endpoints;

/// <summary>Work that goes on after its request was answered, or went on while it was.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it does, such as <c>train</c>.</param>
/// <param name="State">How far it is: <c>waiting</c>, <c>running</c>, <c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Progress">Share that is done, 0 to 1.</param>
/// <param name="Result">What came of it; null where nothing did yet.</param>
/// <param name="Error">Why it failed, a sentence, or null.</param>
/// <param name="Created">When it was asked for.</param>
/// <param name="Changed">When it was last heard of.</param>
internal sealed record JobView(
    string Id, string Kind, JobState State, double Progress, JsonNode? Result, string? Error, DateTimeOffset Created, DateTimeOffset Changed)
{
    /// <summary>The view of a job.</summary>
    public static JobView Of(Job job) => new(job.Id, job.Kind, job.State, job.Progress, Parsed(job.Result), job.Error, job.Created, job.Changed);

    private static JsonNode? Parsed(string? result)
    {
        if (result is null) return null;
        try
        {
            return JsonNode.Parse(result);
        }
        catch (JsonException)
        {
            return result; // a word rather than an object
        }
    }
}
