using Tessera.Serving.Stores;

namespace Tessera.Serving.Retraining;

/// <summary>What the log says of a time, as training takes it up: likes, items that are gone, and users who are others or strangers now.</summary>
internal sealed class LoggedChanges
{
    private const int PageSize = 1000;
    private readonly Dictionary<(string User, string Item), (DateTimeOffset Time, long Position)> _likes = [];
    private readonly HashSet<string> _deleted = [], _erased = [];
    private readonly List<(string From, string Into)> _merges = [];

    private LoggedChanges()
    {
    }

    /// <summary>Who liked what, and when last.</summary>
    public IReadOnlyDictionary<(string User, string Item), (DateTimeOffset Time, long Position)> Likes => _likes;

    /// <summary>Ids of items that are gone and did not come back.</summary>
    public IReadOnlySet<string> Deleted => _deleted;

    /// <summary>Whether users were erased.</summary>
    public bool HasErasures => _erased.Count > 0;

    /// <summary>Reads the log.</summary>
    /// <param name="after">Position from which on all counts. Of before count likes of items that nobody trained with: these may have come later.</param>
    /// <param name="end">Position of the last entry that counts.</param>
    /// <param name="likes">Types of events that are likes.</param>
    /// <param name="isTrained">Whether an item was trained with.</param>
    public static async Task<LoggedChanges> ReadAsync(
        Store store, long after, long end, IReadOnlySet<string> likes, Predicate<string> isTrained, CancellationToken cancel)
    {
        var changes = new LoggedChanges();
        for (long position = 0; await store.Log.ReadAsync(position, PageSize, cancel) is { Count: > 0 } entries;)
        {
            foreach (LogEntry entry in entries)
            {
                if (entry.Position > end) return changes;
                if (entry is LogEntry.EventAdded { Event: { } one } && likes.Contains(one.Type) && (entry.Position > after || !isTrained(one.Item)))
                    changes.Like(one, entry.Position);
                else if (entry.Position > after) changes.Take(entry);
            }

            position = entries[^1].Position;
        }

        return changes;
    }

    /// <summary>Whether a user was erased, so that what was known before is to be left out.</summary>
    public bool WasErased(string user, Store store) => HasErasures && _erased.Contains(store.HashOf(user));

    /// <summary>Whose it is by now what was known of each user before: that user's own, or that of whom the user was merged into.</summary>
    public Func<string, string> Owners()
    {
        var owners = new Dictionary<string, string>(); // of those who were merged
        var groups = new Dictionary<string, List<string>>(); // the same by owner
        foreach ((string from, string into) in _merges)
        {
            List<string> moved = groups.Remove(from, out List<string>? group) ? group : [];
            if (!owners.ContainsKey(from)) moved.Add(from);
            foreach (string user in moved) owners[user] = into;
            if (!groups.TryGetValue(into, out List<string>? others)) groups.Add(into, moved);
            else others.AddRange(moved);
        }

        return user => owners.GetValueOrDefault(user, user);
    }

    private void Like(UserEvent one, long position)
    {
        (string, string) pair = (one.User, one.Item);
        if (!_likes.TryGetValue(pair, out (DateTimeOffset Time, long) earlier) || one.Time >= earlier.Time) _likes[pair] = (one.Time, position);
    }

    private void Take(LogEntry entry)
    {
        switch (entry)
        {
            case LogEntry.ItemChanged one:
                _deleted.Remove(one.Item);
                break;
            case LogEntry.ItemDeleted one:
                _deleted.Add(one.Item);
                break;
            case LogEntry.UsersMerged one:
                _merges.Add((one.From, one.Into));
                break;
            case LogEntry.UserErased one:
                _erased.UnionWith(one.Hashes);
                break;
        }
    }
}
