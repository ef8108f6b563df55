using Tessera.Data.EventLogs;

namespace Tessera.Data.Filtering;

/// <summary>
/// The largest set of users and items in which each user has at least k distinct items of the set and each item at least k
/// users; found by dropping, pass by pass over the events, who has fewer, until none has.
/// </summary>
internal sealed class KCore
{
    private readonly bool[] _users;
    private readonly bool[] _items;

    private KCore(int users, int items)
    {
        _users = new bool[users];
        _items = new bool[items];
        _users.AsSpan().Fill(true);
        _items.AsSpan().Fill(true);
    }

    /// <summary>Number of users in it.</summary>
    public int Users { get; private set; }

    /// <summary>Number of items in it.</summary>
    public int Items { get; private set; }

    /// <summary>Number of passes it took.</summary>
    public int Rounds { get; private set; }

    /// <summary>Finds the core.</summary>
    /// <param name="users">Number of users.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="k">1 or more.</param>
    /// <param name="pairs">Reads the distinct pairs once more.</param>
    /// <param name="progress">Told after each pass, or null.</param>
    public static KCore Find(int users, int items, int k, Func<IEnumerable<UserEvents>> pairs, IProgress<FilterRound>? progress)
    {
        var core = new KCore(users, items);
        while (core.Drop(k, pairs())) Report();
        Report();
        return core;

        void Report() => progress?.Report(new FilterRound(core.Rounds, core.Users, core.Items));
    }

    public bool HasUser(int user) => _users[user];

    public bool HasItem(int item) => _items[item];

    /// <summary>One pass; says whether an item of a user that stays was dropped, so that there must be another.</summary>
    private bool Drop(int k, IEnumerable<UserEvents> pairs)
    {
        var counts = new int[_items.Length];
        foreach ((int user, ReadOnlyMemory<Event> events) in pairs)
        {
            if (!_users[user]) continue;
            int own = 0;
            foreach (Event e in events.Span)
                if (_items[e.Item]) own++;
            _users[user] = own >= k;
            if (!_users[user]) continue;
            foreach (Event e in events.Span)
                if (_items[e.Item]) counts[e.Item]++;
        }

        bool again = false;
        for (int item = 0; item < counts.Length; item++)
        {
            if (counts[item] >= k) continue;
            _items[item] = false;
            again |= counts[item] > 0;
        }

        Rounds++;
        Users = _users.AsSpan().Count(true);
        Items = _items.AsSpan().Count(true);
        return again;
    }
}
