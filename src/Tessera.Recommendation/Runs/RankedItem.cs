namespace Tessera.Recommendation.Runs;

/// <summary>An item of a ranking.</summary>
/// <param name="Item">Index of the item.</param>
/// <param name="Id">Its external id, or its index where the data has none.</param>
/// <param name="Score">Its score; where <see cref="Reason"/> is <see cref="Popular"/>, its number of interactions in training.</param>
/// <param name="Shares">
/// Part each chunk of columns (modality) has in the score, by name, adding up to the score; empty where the model has no chunks.
/// </param>
public sealed record RankedItem(int Item, string Id, float Score, IReadOnlyDictionary<string, float> Shares)
{
    /// <summary>The reason of an item for a user with nothing in training: it has the most interactions in training.</summary>
    public const string Popular = "popular";

    /// <summary>Its title, or null where the run knows none.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// The parts that the user's own items have in the score, largest first, those apart that are hidden or gone; what they leave of it is the user's own. Empty where it is not ranked for a
    /// user by the learned vectors, or the run is of a version that keeps nothing to tell by.
    /// </summary>
    public IReadOnlyList<ScorePart> Because { get; init; } = [];

    /// <summary><see cref="Popular"/>, or null where the item is ranked by the learned vectors.</summary>
    public string? Reason { get; init; }
}
