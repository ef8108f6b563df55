using System.IO.Hashing;
using System.Runtime.InteropServices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Retraining;

/// <summary>What a run was trained on, together with what the store knows by now: the data of the next training.</summary>
/// <remarks>
/// <para>Validation stays what it was, so that the next model is judged by what neither it nor the champion was trained on. Beside it, of every tenth user with
/// likes since, another tenth each time, the last like is held out, for validation is to know new items and users, too.</para>
/// <para>There is no test: it reported a model once, and what it held are likes like all others, which the service would else never learn from. So they are
/// trained on.</para>
/// </remarks>
/// <param name="trained">The data of the run, with its modalities and no others.</param>
/// <param name="run">The run as its folder has it.</param>
/// <param name="changes">The log since.</param>
/// <param name="catalog">The items that there are.</param>
/// <param name="wasErased">Whether what was known of a user before is to be left out.</param>
/// <param name="isErased">Whether all of a user is to be left out.</param>
/// <param name="salt">Decides of which users a like is held out.</param>
internal sealed class TrainingData(
    Dataset trained, TrainedRun run, LoggedChanges changes, IReadOnlyList<TrainingItem> catalog, Predicate<string> wasErased, Predicate<string> isErased, string salt)
{
    private const int OneIn = 10;
    private readonly Numbering _users = new(), _items = new();

    /// <summary>The data set, under the name of the run's.</summary>
    /// <exception cref="InvalidInputException">Nothing is left to train on.</exception>
    public Dataset Create()
    {
        NumberItems();
        (List<(int, int)> train, List<(int, int)> validation) = Earlier();
        (int User, int Item, DateTimeOffset Time, long Position)[] likes =
        [
            .. from like in changes.Likes.OrderBy(like => like.Key.User, StringComparer.Ordinal)
               let item = _items.Find(like.Key.Item)
               where item is not null && !isErased(like.Key.User)
               select (_users.Of(like.Key.User), item.Value, like.Value.Time, like.Value.Position),
        ];
        Interactions known = Interactions.FromPairs(_users.Count, _items.Count, train);
        Interactions held = Interactions.FromPairs(_users.Count, _items.Count, validation.Where(pair => !known.Contains(pair.Item1, pair.Item2)));
        var fresh = likes.Where(like => !known.Contains(like.User, like.Item) && !held.Contains(like.User, like.Item)).GroupBy(like => like.User).ToArray();
        HashSet<(int, int)> last =
        [
            .. from own in fresh
               where IsChosen(_users.Names[own.Key]) && (!known.ItemsOf(own.Key).IsEmpty || own.Count() > 1)
               let like = own.MaxBy(like => (like.Time, like.Position))
               select (like.User, like.Item),
        ];
        Interactions all = Interactions.FromPairs(
            _users.Count, _items.Count, known.Pairs().Concat(fresh.SelectMany(own => own).Select(like => (like.User, like.Item)).Where(pair => !last.Contains(pair))));
        if (all.Count == 0) throw new InvalidInputException("There is nothing to train on: all users or items are gone; expected some that like something.");
        return new Dataset(
            trained.Name, all, Interactions.FromPairs(_users.Count, _items.Count, held.Pairs().Concat(last)), Interactions.FromPairs(_users.Count, _items.Count, []),
            [.. trained.Modalities.Select(WithItems)])
        {
            UserIds = _users.Names,
            ItemIds = _items.Names,
            ItemTitles = new(Titles),
        };
    }

    /// <summary>Items of the run and of its additions that are still there; new ones if there is something to tell of them.</summary>
    private void NumberItems()
    {
        for (int item = 0; item < run.ItemCount; item++)
            if (run.ItemId(item) is var name && run.TryFindItem(name) == item && !changes.Deleted.Contains(name)) _items.Of(name);
        HashSet<string> liked = [.. changes.Likes.Keys.Where(like => !isErased(like.User)).Select(like => like.Item)];
        foreach (TrainingItem item in catalog)
            if (item.Features.Count > 0 || liked.Contains(item.Id)) _items.Of(item.Id);
    }

    /// <summary>What the run knows of users, in training with test and what came to its folder later, and in validation.</summary>
    private (List<(int, int)> Train, List<(int, int)> Validation) Earlier()
    {
        Func<string, string> owners = changes.Owners();
        string?[] ownerOf = [.. Enumerable.Range(0, run.UserCount).Select(user => OwnerOf(run.UserId(user)))];
        IEnumerable<(int, int)> since = run.Additions.News.OrderBy(news => news.Key).SelectMany(news => news.Value.Items.Select(item => (news.Key, item)));
        List<(int, int)> train = Renumbered(trained.Train.Pairs().Concat(trained.Test.Pairs()).Concat(since)), validation = Renumbered(trained.Validation.Pairs());
        return (train, validation);

        string? OwnerOf(string user) => owners(user) is var owner && (wasErased(user) || isErased(user) || isErased(owner)) ? null : owner;

        List<(int, int)> Renumbered(IEnumerable<(int User, int Item)> pairs) =>
        [
            .. from pair in pairs
               let owner = ownerOf[pair.User]
               let item = owner is null ? null : _items.Find(run.ItemId(pair.Item))
               where item is not null
               select (_users.Of(owner), item.Value),
        ];
    }

    private bool IsChosen(string user) => Hash(user, (long)Hash(salt, 0)) % OneIn == 0;

    private static ulong Hash(string text, long seed) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), seed);

    private Modality WithItems(Modality modality)
    {
        var features = new Matrix(_items.Count, modality.Dimensions);
        for (int item = 0; item < run.ItemCount; item++)
        {
            if (_items.Find(run.ItemId(item)) is not { } number || run.TryFindItem(run.ItemId(item)) != item) continue;
            if (item < trained.Items) modality.Features.Row(item).CopyTo(features.Row(number));
            if (run.Additions.Placed.TryGetValue(item, out PlacedItem? placed) && placed.Features.TryGetValue(modality.Name, out float[]? given)) given.CopyTo(features.Row(number));
        }

        foreach (TrainingItem item in catalog)
            if (item.Features.TryGetValue(modality.Name, out float[]? values) && _items.Find(item.Id) is { } number) values.CopyTo(features.Row(number));
        return new Modality(modality.Name, features)
        {
            Encoder = modality.Encoder,
            Version = modality.Version,
            Space = modality.Space,
            Fields = modality.Fields,
            FittedEncoder = modality.FittedEncoder,
        };
    }

    private string[]? Titles()
    {
        Dictionary<string, string?> said = catalog.ToDictionary(item => item.Id, item => item.Title);
        string[] titles = [.. _items.Names.Select(id => (said.TryGetValue(id, out string? title) ? title : run.TitleOf(run.FindItem(id)))?.ReplaceLineEndings(" ") ?? "")];
        return titles.Any(title => title.Length > 0) ? titles : null;
    }
}
