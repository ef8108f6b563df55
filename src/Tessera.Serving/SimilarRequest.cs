namespace Tessera.Serving;

/// <summary>Which items are asked for that are similar to one.</summary>
/// <param name="Item">Its id.</param>
public sealed record SimilarRequest(string Item)
{
    /// <summary>What <see cref="By"/> is for likeness in all that the model knows.</summary>
    public const string All = "all";

    /// <summary>How many, 1 to <see cref="RecommendationRequest.MaxCount"/>; fewer come where fewer are left.</summary>
    public int Count { get; init; } = 10;

    /// <summary>A modality of the model, such as <c>image</c>, or <see cref="All"/>.</summary>
    public string By { get; init; } = All;

    /// <summary>Which items may be named; null for all.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>Ids of items that must not be named, up to 10,000.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
