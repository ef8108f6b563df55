namespace Tessera.Serving;

/// <summary>What is asked for, from whom, and under which rules. Rules act at once, without training.</summary>
public sealed record RecommendationRequest
{
    /// <summary>Most items of a list, its later pages included.</summary>
    public const int MaxCount = 1000;

    /// <summary>Most requests at once.</summary>
    public const int MaxBatch = 1000;

    /// <summary>Most items that the requests of one batch may ask for, their counts added up.</summary>
    public const int MaxBatchItems = 100_000;

    /// <summary>Id of the user, up to 1,000 characters, as all ids; null for a session without one.</summary>
    public string? User { get; init; }

    /// <summary>
    /// Which model answers, whoever asks: <c>champion</c>, <c>challenger</c>, or the id of the generation that is one of them; null for the one that serves the
    /// user. A list of a model that was chosen is a look at it rather than traffic: it is not recorded, and counts for no arm.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>Items of this visit, up to 1,000, which count as the user's own for this request alone; those that are unknown are ignored, with a note.</summary>
    public IReadOnlyList<string> Session { get; init; } = [];

    /// <summary>How many items, 1 to <see cref="MaxCount"/>; fewer come where fewer are left.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Where the list is shown, such as <c>home</c>; up to 100 characters.</summary>
    public string? Placement { get; init; }

    /// <summary>Which items may be recommended; null for all.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>Ids of items that must not be recommended, up to 10,000.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>What raises or lowers scores of items by their attributes, up to 20.</summary>
    public IReadOnlyList<ItemBoost> Boost { get; init; } = [];

    /// <summary>
    /// How much unlikeness to the items before counts against score, from 0, which leaves the list as it is, to 1: maximal marginal relevance on the items'
    /// vectors, page by page.
    /// </summary>
    public float Diversity { get; init; }

    /// <summary>Whether to say of each item which modalities and which of the user's own items it comes from.</summary>
    public bool Explain { get; init; }

    /// <summary>Ids of items to put first, in this order, up to 100, as far as they pass filter and exclusion; they are shown even to users who have them already.</summary>
    public IReadOnlyList<string> Pinned { get; init; } = [];

    /// <summary>
    /// Position in the log, such as <see cref="AppendResult.Position"/>, that the answer is to know, whichever process gave it; it is waited for some 100 ms,
    /// and a note says where that was not enough.
    /// </summary>
    public long MinPosition { get; init; }

    /// <summary><see cref="RecommendationResponse.Next"/> of the page before; the rest of the request is as it was there.</summary>
    public string? Next { get; init; }
}
