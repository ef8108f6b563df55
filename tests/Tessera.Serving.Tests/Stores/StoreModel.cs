namespace Tessera.Serving.Tests.Stores;

/// <summary>A store in the simplest way that can be thought of, for comparison.</summary>
internal sealed class StoreModel
{
    private readonly List<Entry> _log = [];
    private readonly HashSet<string> _erased = [];

    /// <summary>Items by id, each with its title and whether it has an image.</summary>
    public SortedDictionary<string, (string? Title, bool HasImage)> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>What the log says, in order.</summary>
    public IEnumerable<string> Log => _log.Select(entry => entry.ToString());

    public string Append(IReadOnlyList<UserEvent> batch)
    {
        int accepted = 0, duplicates = 0, rejected = 0;
        var seen = new HashSet<string>();
        foreach (UserEvent one in batch)
        {
            if (!seen.Add(one.Id)) duplicates++;
            else if (_erased.Contains(one.User)) rejected++;
            else if (_log.Any(entry => entry.Event?.Id == one.Id)) duplicates++;
            else
            {
                accepted++;
                _log.Add(new Entry("event", one.User) { Event = one });
            }
        }

        return $"{accepted} {duplicates} {rejected}";
    }

    public IEnumerable<string> History(string user) => _log
        .Where(entry => entry.Event is not null && entry.User == user).Reverse().OrderByDescending(entry => entry.Event!.Time).Select(entry => entry.Event!.Id);

    public string Merge(string from, string into)
    {
        if (from == into || _erased.Contains(from) || _erased.Contains(into)) return "refused";
        List<Entry> moved = _log.FindAll(entry => entry.Event is not null && entry.User == from);
        foreach (Entry entry in moved) entry.User = into;
        _log.Add(new Entry("merge", into) { From = from });
        return $"{moved.Count}";
    }

    public string Erase(string user)
    {
        var all = new HashSet<string> { user };
        while (_log.Where(entry => entry.From is not null && all.Contains(entry.User!)).Any(entry => all.Add(entry.From!)))
        {
        }

        int events = _log.Count(entry => entry.Event is not null && all.Contains(entry.User!));
        _log.RemoveAll(entry => (entry.User is not null && all.Contains(entry.User)) || (entry.From is not null && all.Contains(entry.From)));
        _erased.UnionWith(all);
        _log.Add(new Entry("erasure", null) { Erased = string.Join('+', all.Order(StringComparer.Ordinal)) });
        return $"{events}";
    }

    public string Readmit(string user) => $"{_erased.Remove(user)}";

    public string Put(string item, string title)
    {
        bool isNew = !Items.TryGetValue(item, out (string? Title, bool HasImage) before);
        Change(item, (title, before.HasImage));
        return isNew ? "Created" : "Changed";
    }

    public string SetImage(string item)
    {
        if (!Items.TryGetValue(item, out (string? Title, bool HasImage) before)) return "Missing";
        Change(item, before with { HasImage = true });
        return "Changed";
    }

    public string RemoveTitle(string item)
    {
        if (!Items.TryGetValue(item, out (string? Title, bool HasImage) before)) return "Missing";
        Change(item, before with { Title = null });
        return "Changed";
    }

    public string Delete(string item)
    {
        if (!Items.Remove(item)) return "Missing";
        _log.RemoveAll(entry => entry.Item == item && entry.Kind == "item");
        _log.Add(new Entry("gone", null) { Item = item });
        return "Changed";
    }

    private void Change(string item, (string? Title, bool HasImage) content)
    {
        Items[item] = content;
        _log.RemoveAll(entry => entry.Item == item && entry.Kind == "item");
        _log.Add(new Entry("item", null) { Item = item });
    }

    private sealed class Entry(string kind, string? user)
    {
        public string Kind => kind;

        public string? User { get; set; } = user;

        public UserEvent? Event { get; init; }

        public string? From { get; init; }

        public string? Item { get; init; }

        public string? Erased { get; init; }

        public override string ToString() => $"{Kind} {Event?.Id}{Item}{Erased} {User} {From}".TrimEnd();
    }
}
