using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Ranking;

/// <summary>What must be so of a request, whatever model answers it.</summary>
internal static class RequestRules
{
    private const int MaxId = ExternalId.MaxLength, MaxSession = 1000, MaxExcluded = 10_000, MaxPinned = 100, MaxPlacement = 100;

    /// <exception cref="InvalidInputException">The request is not as its members say.</exception>
    public static void Require(RecommendationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.User is { } user) RequireId("user", user);
        RequireCount(request.Count);
        RequireIds("session", request.Session, MaxSession);
        RequireIds("exclude", request.Exclude, MaxExcluded);
        RequireIds("pinned", request.Pinned, MaxPinned);
        if (request.Placement is { Length: > MaxPlacement } placement)
            throw new InvalidInputException($"'placement' has {placement.Length:N0} characters; expected at most {MaxPlacement}.");
        if (request.Diversity is not (>= 0 and <= 1)) throw new InvalidInputException($"'diversity' is {request.Diversity}; expected a number from 0 to 1.");
    }

    /// <exception cref="InvalidInputException">The request is not as its members say.</exception>
    public static void Require(SimilarRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireId("item", request.Item);
        RequireCount(request.Count);
        RequireIds("exclude", request.Exclude, MaxExcluded);
    }

    /// <exception cref="InvalidInputException">So many cannot be asked for.</exception>
    public static void RequireCount(int count)
    {
        if (count is < 1 or > RecommendationRequest.MaxCount)
            throw new InvalidInputException($"'count' is {count}; expected a whole number from 1 to {RecommendationRequest.MaxCount:N0}.");
    }

    private static void RequireIds(string name, IReadOnlyList<string> ids, int most)
    {
        if (ids.Count > most) throw new InvalidInputException($"'{name}' names {ids.Count:N0} items; expected at most {most:N0}.");
        foreach (string id in ids) RequireId(name, id);
    }

    private static void RequireId(string name, string id)
    {
        if (string.IsNullOrWhiteSpace(id)) throw new InvalidInputException($"'{name}' has an empty id; expected one of 1 to {MaxId:N0} characters, or none at all.");
        if (id.Length > MaxId) throw new InvalidInputException($"'{name}' has an id of {id.Length:N0} characters, {SourceText.Quoted(id)}; expected at most {MaxId:N0}.");
    }
}
