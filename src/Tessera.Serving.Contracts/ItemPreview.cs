namespace Tessera.Serving;

/// <summary>What an item would be like if it were saved.</summary>
/// <param name="Model">Name of the model generation that says so.</param>
/// <param name="Similar">The items that are recommended now whose vectors are nearest to its own, nearest first.</param>
/// <param name="Buyers">The users whom it would suit best, best first.</param>
/// <param name="Modalities">Of which modalities it would have vectors.</param>
public sealed record ItemPreview(string Model, IReadOnlyList<SimilarItem> Similar, IReadOnlyList<LikelyBuyer> Buyers, IReadOnlyList<string> Modalities)
{
    /// <summary>What of the request had no effect, and why the model cannot tell more, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A user whom an item would suit.</summary>
/// <param name="User">The user's id.</param>
/// <param name="Score">The score that the item would have in recommendations to the user; higher is better.</param>
public sealed record LikelyBuyer(string User, float Score);
