namespace Tessera.Serving.Stores;

/// <summary>Work that goes on after its request was answered.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it does, such as <c>train</c>.</param>
/// <param name="State">How far it is.</param>
/// <param name="Progress">Share that is done, 0 to 1.</param>
/// <param name="Result">What came of it, JSON; null where nothing did.</param>
/// <param name="Error">Why it failed, a sentence, or null.</param>
/// <param name="Created">When it was asked for.</param>
/// <param name="Changed">When it was last heard of.</param>
internal sealed record Job(
    string Id, string Kind, JobState State, double Progress, string? Result, string? Error, DateTimeOffset Created, DateTimeOffset Changed);
