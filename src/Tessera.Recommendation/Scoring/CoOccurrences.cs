using Tessera.Data;

namespace Tessera.Recommendation.Scoring;

/// <summary>How many users items have in common: <c>XᵀX</c> of the interactions X, row by row.</summary>
internal sealed class CoOccurrences
{
    private readonly Interactions _interactions;
    private readonly int[] _starts;
    private readonly int[] _users;

    public CoOccurrences(Interactions interactions)
    {
        _interactions = interactions;
        Counts = interactions.ItemCounts();
        _starts = new int[interactions.Items + 1];
        for (int item = 0; item < interactions.Items; item++) _starts[item + 1] = _starts[item] + Counts[item];
        _users = new int[interactions.Count];
        int[] next = _starts[..^1];
        foreach ((int user, int item) in interactions.Pairs()) _users[next[item]++] = user;
    }

    /// <summary>Number of users of each item, <c>[|I|]</c>: the diagonal.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Weights of the users an item has in common with each, itself included.</summary>
    /// <param name="weights">Of each user, <c>[|U|]</c>.</param>
    /// <param name="row">Receives <c>[|I|]</c>.</param>
    public void Row(int item, ReadOnlySpan<float> weights, Span<float> row)
    {
        row.Clear();
        foreach (int user in _users.AsSpan(_starts[item].._starts[item + 1]))
            foreach (int other in _interactions.ItemsOf(user)) row[other] += weights[user];
    }

    /// <summary>Number of users an item has in common with each, itself included; exact up to 2^24.</summary>
    /// <param name="row">Receives <c>[|I|]</c>.</param>
    public void Row(int item, Span<float> row)
    {
        row.Clear();
        foreach (int user in _users.AsSpan(_starts[item].._starts[item + 1]))
            foreach (int other in _interactions.ItemsOf(user)) row[other]++;
    }
}
