using System.Collections.ObjectModel;

namespace Tessera.Serving;

/// <summary>An item of a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">
/// Its score after boosts, which compares within a list and a reason alone; of <see cref="Popular"/> ones the number of interactions in training, of
/// <see cref="New"/> ones 0.
/// </param>
/// <param name="Reason">Why it is there: one of the constants here.</param>
public sealed record RecommendedItem(string Id, float Score, string Reason)
{
    /// <summary>The reason of items that suit what a user did.</summary>
    public const string Personal = "personal";

    /// <summary>The reason of items that suit the session of somebody of whom nothing else is known.</summary>
    public const string Session = "session";

    /// <summary>The reason of the latest items, shown to unknown users and sessions.</summary>
    public const string New = "new";

    /// <summary>The reason of the items with the most interactions, shown to unknown users and sessions.</summary>
    public const string Popular = "popular";

    /// <summary>The reason of <see cref="RecommendationRequest.Pinned"/> items.</summary>
    public const string Promoted = "promoted";

    /// <summary>The part each modality has in the score before boosts, adding up to it; empty unless asked for, or where the model does not tell.</summary>
    public IReadOnlyDictionary<string, float> Shares { get; init; } = ReadOnlyDictionary<string, float>.Empty;

    /// <summary>Ids of the user's own items that have most part in the score, up to 5, the greatest first; empty unless asked for.</summary>
    public IReadOnlyList<string> Because { get; init; } = [];
}
