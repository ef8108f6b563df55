namespace Tessera.Recommendation.Runs;

/// <summary>The part that one of a user's own items has in the score of another item.</summary>
/// <param name="Item">Index of the user's item.</param>
/// <param name="Id">Its external id, or its index where the data has none.</param>
/// <param name="Part">The part.</param>
public sealed record ScorePart(int Item, string Id, float Part)
{
    /// <summary>Its title, or null where the run knows none.</summary>
    public string? Title { get; init; }
}
