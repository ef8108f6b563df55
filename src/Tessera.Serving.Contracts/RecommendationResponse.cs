namespace Tessera.Serving;

/// <summary>A list of recommended items.</summary>
/// <param name="Id">Names this list, for events that come of it.</param>
/// <param name="Model">Name of the model generation that made it.</param>
/// <param name="Arm"><see cref="Champion"/> or <see cref="Challenger"/>, for which events count that name the list; null where the request chose the model.</param>
/// <param name="Items">The items, best first.</param>
public sealed record RecommendationResponse(string Id, string Model, string? Arm, IReadOnlyList<RecommendedItem> Items)
{
    /// <summary>The arm of the model that serves all but what a challenger is given.</summary>
    public const string Champion = "champion";

    /// <summary>The arm of the model that is tried beside the champion.</summary>
    public const string Challenger = "challenger";

    /// <summary>
    /// What <see cref="RecommendationRequest.Next"/> takes for a page with none of the items shown so far, from the same generation while it is served, or
    /// else from the one that is; null where nothing is left, or the list has reached its <see cref="RecommendationRequest.MaxCount"/> items.
    /// </summary>
    public string? Next { get; init; }

    /// <summary>What of the request had no effect, and why, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
