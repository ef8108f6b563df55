using Tessera.Data;

namespace Tessera.Recommendation.Runs;

/// <summary>Which items may be recommended.</summary>
internal sealed record ItemSelection
{
    /// <summary>Every item that the user does not have yet.</summary>
    public static ItemSelection All { get; } = new();

    /// <summary>The items allowed; null for all.</summary>
    public IReadOnlyCollection<int>? Only { get; init; }

    /// <summary>Items that are not allowed.</summary>
    public IReadOnlyCollection<int> Excluded { get; init; } = [];

    /// <summary>Whether items that a user has already may be recommended, too.</summary>
    public bool IncludeKnown { get; init; }

    /// <summary>The items allowed among all, ascending.</summary>
    /// <param name="items">Number of items.</param>
    /// <param name="shows">Whether an item is there to be recommended at all.</param>
    /// <exception cref="InvalidInputException">There are none.</exception>
    public int[] Candidates(int items, Func<int, bool> shows)
    {
        var allowed = new bool[items];
        if (Only is null) Array.Fill(allowed, true);
        else foreach (int item in Only) allowed[item] = true;
        foreach (int item in Excluded) allowed[item] = false;
        int[] candidates = [.. Enumerable.Range(0, items).Where(item => allowed[item] && shows(item))];
        return candidates.Length > 0 ? candidates
            : throw new InvalidInputException("All items are excluded, so nothing is left to recommend; expected at least one item allowed, so exclude fewer.");
    }
}
