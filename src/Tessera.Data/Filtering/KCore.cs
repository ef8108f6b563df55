using Tessera.Data.EventLogs;

namespace Tessera.Data.Filtering;

/// <summary>
/// The largest set of users and items in which each user has at least k distinct items of the set and each item at least k
/// users; found by dropping, pass by pass over the events, who has fewer, until none has.
/// </summary>
/// <param name="Users">Whether each user is in it.</param>
/// <param name="Items">Whether each item is in it.</param>
/// <param name="Rounds">Number of passes it took.</param>
internal sealed record KCore(bool[] Users, bool[] Items, int Rounds)
{
    /// <summary>Finds the core.</summary>
    /// <param name="users">Number of users.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="k">1 or more.</param>
    /// <param name="pairs">Reads the distinct pairs once more.</param>
    /// <param name="progress">Receives the counts after each pass; may be null.</param>
    public static KCore Find(int users, int items, int k, Func<IEnumerable<UserEvents>> pairs, IProgress<FilterRound>? progress)
    {
        var core = new KCore([.. Enumerable.Repeat(true, users)], [.. Enumerable.Repeat(true, items)], Rounds: 0);
        bool again;
        do
        {
            again = core.Drop(k, pairs());
            core = core with { Rounds = core.Rounds + 1 };
            progress?.Report(new FilterRound(core.Rounds, core.Users.AsSpan().Count(true), core.Items.AsSpan().Count(true)));
        }
        while (again);
        return core;
    }

    /// <summary>One pass; says whether an item of a user that stays was dropped, so that there must be another.</summary>
    private bool Drop(int k, IEnumerable<UserEvents> pairs)
    {
        var counts = new int[Items.Length];
        foreach ((int user, Event[] events) in pairs)
        {
            Users[user] = Users[user] && events.Count(e => Items[e.Item]) >= k;
            if (!Users[user]) continue;
            foreach (Event e in events) counts[e.Item]++;
        }

        bool again = false;
        for (int item = 0; item < counts.Length; item++)
        {
            if (!Items[item] || counts[item] >= k) continue;
            Items[item] = false;
            again |= counts[item] > 0;
        }

        return again;
    }
}
