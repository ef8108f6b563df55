using System.Diagnostics;

namespace Tessera.Data;

/// <summary>Which items each user interacted with: a sparse binary matrix <c>[|U| x |I|]</c>, items of a user ascending.</summary>
[DebuggerDisplay("Interactions[{Users} x {Items}, {Count}]")]
public sealed class Interactions
{
    private readonly int[] _starts;
    private readonly int[] _items;

    private Interactions(int users, int items, int[] starts, int[] itemIndices)
    {
        Users = users;
        Items = items;
        _starts = starts;
        _items = itemIndices;
    }

    /// <summary>Number of users |U|, those without interactions included.</summary>
    public int Users { get; }

    /// <summary>Number of items |I|, those without interactions included.</summary>
    public int Items { get; }

    /// <summary>Number of distinct (user, item) pairs.</summary>
    public int Count => _items.Length;

    /// <summary>Offset of each user's first pair, and <see cref="Count"/> last: <c>[|U| + 1]</c>.</summary>
    public ReadOnlySpan<int> UserStarts => _starts;

    /// <summary>Item of each pair, in order of users: <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> ItemIndices => _items;

    /// <summary>Collects pairs in any order; a repeated pair counts once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A user or item is outside 0..|U|-1 or 0..|I|-1.</exception>
    public static Interactions FromPairs(int users, int items, IEnumerable<(int User, int Item)> pairs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(users);
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentNullException.ThrowIfNull(pairs);
        var keys = new List<long>();
        foreach ((int user, int item) in pairs)
        {
            if ((uint)user >= (uint)users || (uint)item >= (uint)items)
                throw new ArgumentOutOfRangeException(nameof(pairs), $"Pair ({user}, {item}) is outside {users} users x {items} items.");
            keys.Add(((long)user << 32) | (uint)item);
        }

        keys.Sort();
        var starts = new int[users + 1];
        var itemIndices = new List<int>(keys.Count);
        long last = -1;
        foreach (long key in keys)
        {
            if (key == last) continue;
            last = key;
            starts[(int)(key >> 32) + 1]++;
            itemIndices.Add((int)key);
        }

        for (int user = 0; user < users; user++) starts[user + 1] += starts[user];
        return new Interactions(users, items, starts, [.. itemIndices]);
    }

    /// <summary>Items of a user, ascending.</summary>
    public ReadOnlySpan<int> ItemsOf(int user) => _items.AsSpan(_starts[user].._starts[user + 1]);

    /// <summary>Whether the user interacted with the item.</summary>
    public bool Contains(int user, int item) => ItemsOf(user).BinarySearch(item) >= 0;

    /// <summary>All pairs, in order of users, then items.</summary>
    public IEnumerable<(int User, int Item)> Pairs()
    {
        for (int user = 0; user < Users; user++)
        {
            for (int e = _starts[user]; e < _starts[user + 1]; e++) yield return (user, _items[e]);
        }
    }

    /// <summary>The interactions with some of the items, which are renumbered by their place in the list.</summary>
    /// <param name="items">Items to keep, ascending and distinct.</param>
    public Interactions Among(ReadOnlySpan<int> items)
    {
        var starts = new int[Users + 1];
        var kept = new List<int>();
        for (int user = 0; user < Users; user++)
        {
            foreach (int item in ItemsOf(user))
            {
                if (items.BinarySearch(item) is >= 0 and var place) kept.Add(place);
            }

            starts[user + 1] = kept.Count;
        }

        return new Interactions(Users, items.Length, starts, [.. kept]);
    }

    /// <summary>The first pair found in two of some splits, with their places in the list; null where they have none in common.</summary>
    internal static (int User, int Item, int First, int Second)? FindOverlap(ReadOnlySpan<Interactions> splits)
    {
        for (int second = 1; second < splits.Length; second++)
        {
            for (int first = 0; first < second; first++)
            {
                foreach ((int user, int item) in splits[second].Pairs())
                    if (splits[first].Contains(user, item)) return (user, item, first, second);
            }
        }

        return null;
    }

    /// <summary>Number of users of each item, <c>[|I|]</c>.</summary>
    public int[] ItemCounts()
    {
        var counts = new int[Items];
        foreach (int item in _items) counts[item]++;
        return counts;
    }
}
