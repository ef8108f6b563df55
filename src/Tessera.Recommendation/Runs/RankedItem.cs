namespace Tessera.Recommendation.Runs;

/// <summary>An item of a ranking.</summary>
/// <param name="Item">Index of the item.</param>
/// <param name="Id">Its external id, or its index where the data has none.</param>
/// <param name="Score">Its score.</param>
/// <param name="Shares">
/// Part each chunk of columns (modality) has in the score, by name, adding up to the score; empty where the model has no chunks.
/// </param>
public sealed record RankedItem(int Item, string Id, float Score, IReadOnlyDictionary<string, float> Shares);
