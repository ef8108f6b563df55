using System.Collections.Immutable;

namespace Tessera.Serving.Following;

/// <summary>
/// Which items users liked since training, by id, in ordinal order, each once, whether the model has the item or not: so the order in which the log tells of
/// them makes no difference. One thread at a time changes it.
/// </summary>
internal sealed class Histories
{
    private readonly Dictionary<string, HashSet<string>> _users = new(StringComparer.Ordinal); // by item

    /// <summary>The items of each user, who has some.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> All { get; private set; } = ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>The items of a user.</summary>
    public ImmutableArray<string> Of(string user) => All.TryGetValue(user, out ImmutableArray<string> items) ? items : [];

    /// <summary>The users who liked an item.</summary>
    public IReadOnlyCollection<string> UsersOf(string item) => _users.TryGetValue(item, out HashSet<string>? users) ? users : [];

    /// <summary>Adds items that a user liked.</summary>
    public void Add(string user, IEnumerable<string> items)
    {
        ImmutableArray<string> before = Of(user), after = before;
        foreach (string item in items)
        {
            int place = after.BinarySearch(item, StringComparer.Ordinal);
            if (place >= 0) continue;
            after = after.Insert(~place, item);
            if (!_users.TryGetValue(item, out HashSet<string>? users)) _users.Add(item, users = new HashSet<string>(StringComparer.Ordinal));
            users.Add(user);
        }

        if (after.Length > before.Length) All = All.SetItem(user, after);
    }

    /// <summary>Removes all of a user.</summary>
    public void Remove(string user)
    {
        foreach (string item in Of(user))
        {
            HashSet<string> users = _users[item];
            users.Remove(user);
            if (users.Count == 0) _users.Remove(item);
        }

        All = All.Remove(user);
    }
}
