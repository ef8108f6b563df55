namespace Tessera.Serving;

/// <summary>What became of one of several requests: a list, or why it was refused.</summary>
/// <param name="Response">The list; null where it was refused.</param>
/// <param name="Error">One sentence; null where there is a list.</param>
public sealed record BatchEntry(RecommendationResponse? Response, string? Error);
