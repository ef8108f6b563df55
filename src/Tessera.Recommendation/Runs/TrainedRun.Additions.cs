using System.Collections.Immutable;
using Tessera.Data;

namespace Tessera.Recommendation.Runs;

public sealed partial class TrainedRun
{
    private readonly Lazy<LiveData?> _live;
    private readonly Lazy<Gathering> _gathering;
    private readonly bool _owns = true;

    /// <summary>The same run with other additions, which shares its files: it ends with the run it came from, and need not be disposed of.</summary>
    private TrainedRun(TrainedRun run, Additions additions)
    {
        (_directory, _hash, Config) = (run._directory, run._hash, run.Config);
        (_vectors, _behavior, _known, _counts, _live, _gathering) = (run._vectors, run._behavior, run._known, run._counts, run._live, run._gathering);
        (Additions, _owns) = (additions, false);
    }

    /// <summary>What came to the run after training.</summary>
    internal Additions Additions { get; private set; } = Additions.None;

    /// <summary>What the run keeps for items and users that come after training; null where it is of a version that kept nothing.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    internal LiveData? Live => _live.Value;

    /// <summary>The run's files.</summary>
    internal RunDirectory Directory => _directory;

    /// <summary>SHA-256 of the run's configuration.</summary>
    internal string ConfigHash => _hash;

    /// <summary>Number of items trained with.</summary>
    internal int TrainedItems => _known.Items;

    /// <summary>What users take from their items.</summary>
    internal Gathering Gathering => _gathering.Value;

    /// <summary>The same run with other additions; see <see cref="Additions"/>.</summary>
    internal TrainedRun With(Additions additions) => new(this, additions);

    /// <summary>The same run with news of a user, whose vector is one step of propagation from them.</summary>
    /// <param name="user">A user's id, of the run or a new one; null for a session without a name.</param>
    /// <param name="items">What the user did; what is known already counts once.</param>
    /// <returns>The run, and the user's number there.</returns>
    /// <exception cref="InvalidInputException">There are no items.</exception>
    internal (TrainedRun Run, int User) WithEvents(string? user, IEnumerable<int> items)
    {
        int[] named = [.. items];
        if (named.Length == 0) throw new InvalidInputException("No item is named; expected the ids of one or more.");
        int number = (user is null ? null : TryFindUser(user)) ?? UserCount;
        if (NewsOf(number, named) is not { } news) return (this, number); // all of them are known from training
        Additions after = Additions with { News = Additions.News.SetItem(number, news) };
        if (number == UserCount)
            after = after with { Users = after.Users.Add(user ?? ""), UserNumbers = user is null ? after.UserNumbers : after.UserNumbers.Add(user, number) };
        return (With(after), number);
    }

    /// <summary>The same run with news of many users, for less than one by one.</summary>
    /// <param name="events">Who did something, and with which item, in their order.</param>
    internal TrainedRun WithEvents(IEnumerable<(string User, int Item)> events)
    {
        var users = new List<string>();
        var news = new Dictionary<int, UserNews>();
        foreach (IGrouping<string, int> own in events.GroupBy(one => one.User, one => one.Item))
        {
            int number = TryFindUser(own.Key) ?? UserCount + users.Count;
            if (number == UserCount + users.Count) users.Add(own.Key);
            if (NewsOf(number, own) is { } found) news.Add(number, found);
        }

        return With(Additions with
        {
            Users = Additions.Users.AddRange(users),
            UserNumbers = Additions.UserNumbers.AddRange(users.Select((user, place) => KeyValuePair.Create(user, UserCount + place))),
            News = Additions.News.SetItems(news),
        });
    }

    /// <summary>What a user did since training, once some more is counted in; null for nothing. Costs as much as the user has items.</summary>
    private UserNews? NewsOf(int user, IEnumerable<int> items)
    {
        ImmutableArray<int> before = Additions.News.TryGetValue(user, out UserNews? news) ? news.Items : [];
        int[] trained = user < _known.Users ? _known.Train.ItemsOf(user).ToArray() : [];
        ImmutableArray<int> all = [.. before, .. items.Distinct().Except(trained).Except(before)];
        return all.IsEmpty ? null : new UserNews(all, _vectors is null ? [] : Gathering.Vector(user < _known.Users ? user : null, all, Additions));
    }

    /// <summary>The same run where users have done these items since training, and no others.</summary>
    /// <param name="users">Each user's id, a new one or the run's, once, with numbers of items; those of training count once.</param>
    internal TrainedRun WithNews(IEnumerable<(string User, IReadOnlyList<int> Items)> users)
    {
        ImmutableList<string>.Builder ids = Additions.Users.ToBuilder();
        ImmutableDictionary<string, int>.Builder numbers = Additions.UserNumbers.ToBuilder();
        ImmutableDictionary<int, UserNews>.Builder news = Additions.News.ToBuilder();
        List<int> strangers = [];
        foreach ((string user, IReadOnlyList<int> items) in users)
        {
            int? known = TryFindUser(user);
            ImmutableArray<int> since = [.. known < _known.Users ? items.Except(_known.Train.ItemsOf(known.Value).ToArray()) : items.Distinct()];
            if (since.IsEmpty)
            {
                if (known is { } idle) news.Remove(idle);
                if (known >= _known.Users) strangers.Add(known.Value); // nothing is left by which the run knows them
                continue;
            }

            int number = known ?? _known.Users + ids.Count;
            if (known is null)
            {
                ids.Add(user);
                numbers.Add(user, number);
            }

            news[number] = new UserNews(since, _vectors is null ? [] : Gathering.Vector(number < _known.Users ? number : null, since, Additions));
        }

        return With(Additions with { Users = ids.ToImmutable(), UserNumbers = numbers.ToImmutable(), News = news.ToImmutable() }).WithoutUsers(strangers);
    }

    /// <summary>The same run where users who have had an item since training take from it what it is now.</summary>
    internal TrainedRun WithNewsOfItem(int item) => With(Additions with
    {
        News = Additions.News.SetItems(
            Additions.News.Where(news => news.Value.Items.Contains(item)).Select(news => KeyValuePair.Create(news.Key, NewsOf(news.Key, [])!))),
    });

    /// <summary>The same run, to which some of its users are strangers: nothing is found by their ids any more.</summary>
    /// <param name="users">Their numbers.</param>
    internal TrainedRun WithoutUsers(IEnumerable<int> users)
    {
        Additions after = Additions;
        foreach (int user in users)
        {
            after = after with { News = after.News.Remove(user), Forgotten = after.Forgotten.Add(user) };
            if (user < _known.Users) continue;
            int place = user - _known.Users;
            after = after with { Users = after.Users.SetItem(place, ""), UserNumbers = after.UserNumbers.Remove(after.Users[place]) };
        }

        return With(after);
    }

    /// <summary>The parts that a user's own items have in an item's score, largest first; items that are hidden or gone are not named.</summary>
    /// <param name="behavior">What each of them adds to it by the behavior of others.</param>
    private ScorePart[] Because(int user, int item, IEnumerable<(int Item, float Part)> behavior)
    {
        if (_live.Value is null) return [];
        IReadOnlyCollection<int> news = Additions.News.TryGetValue(user, out UserNews? found) ? found.Items : [];
        return
        [
            .. Gathering.Parts(user < _known.Users ? user : null, news, ItemVectors.Row(item).ToArray(), Additions).Concat(behavior)
                .Where(part => Additions.Shows(part.Item))
                .GroupBy(part => part.Item, part => part.Part, (own, parts) => (Item: own, Part: parts.Sum()))
                .OrderByDescending(part => part.Part).ThenBy(part => part.Item)
                .Select(part => new ScorePart(part.Item, ItemId(part.Item), part.Part) { Title = TitleOf(part.Item) }),
        ];
    }

    /// <summary>What people call an item; null where nobody says.</summary>
    internal string? TitleOf(int item) =>
        item >= _known.Items ? Additions.Items[item - _known.Items].Title : Additions.Titles.TryGetValue(item, out string? given) ? given : _known.ItemTitles?[item] is { Length: > 0 } title ? title : null;

    /// <summary>The number of a user; null where there is none.</summary>
    internal int? TryFindUser(string id)
    {
        if (Additions.UserNumbers.TryGetValue(id, out int added)) return added;
        int? trained = _known.UserIds is { } ids ? ids.Find(id) : NumberOf(id, _known.Users);
        return trained is { } user && Additions.Forgotten.Contains(user) ? null : trained;
    }

    /// <summary>The number of an item that is there; null where there is none.</summary>
    internal int? TryFindItem(string id) => TryFindEvenRemoved(id) is { } item && !Additions.Removed.Contains(item) ? item : null;

    /// <summary>The number of an item that is there or, of those trained with, was; null where there is none.</summary>
    internal int? TryFindEvenRemoved(string id) => Additions.ItemNumbers.TryGetValue(id, out int added) ? added
        : _known.ItemIds is { } ids ? ids.Find(id) : NumberOf(id, _known.Items);

    /// <summary>Number of users trained with.</summary>
    internal int TrainedUsers => _known.Users;
}
