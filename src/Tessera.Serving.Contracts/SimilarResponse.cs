namespace Tessera.Serving;

/// <summary>Items that are similar to one.</summary>
/// <param name="Model">Name of the model generation that says so.</param>
/// <param name="Items">The items, most similar first.</param>
public sealed record SimilarResponse(string Model, IReadOnlyList<SimilarItem> Items)
{
    /// <summary>What of the request had no effect, and why, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A similar item.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">The cosine of the two items' vectors, -1 to 1; of an item-based model, what having one adds to the score of the other.</param>
public sealed record SimilarItem(string Id, float Score);
