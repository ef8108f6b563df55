using System.Collections.ObjectModel;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

internal sealed partial class FollowedModel
{
    /// <summary>Takes in entries of the log, those that it knows already left out.</summary>
    public async Task ApplyAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancel)
    {
        var changed = new List<string>(); // items that are to be read as they are now
        HashSet<string> touched = _touched;
        foreach (LogEntry entry in entries.SkipWhile(entry => entry.Position <= Position))
        {
            switch (entry)
            {
                case LogEntry.EventAdded { Event: { } one }:
                    if (!_likes.Contains(one.Type)) break;
                    _histories.Add(one.User, [one.Item]);
                    touched.Add(one.User);
                    break;
                case LogEntry.ItemChanged one:
                    changed.Add(one.Item);
                    break;
                case LogEntry.ItemDeleted one:
                    await PutAsync(changed, touched, cancel);
                    if (Live.Current.TryFindItem(one.Item) is not { } number) break;
                    Live.PutItems([new ItemState(new NewItem(one.Item, new Dictionary<string, float[]>()), IsHidden: false)], _ => { }); // as it was in training
                    Live.RemoveItems([one.Item]);
                    Generation.Attributes.Set(number, ReadOnlyDictionary<string, AttributeValue>.Empty);
                    touched.UnionWith(_histories.UsersOf(one.Item));
                    break;
                case LogEntry.UsersMerged one:
                    Merge(one.From, one.Into, touched);
                    break;
                case LogEntry.UserErased one:
                    foreach (string user in UsersOf(one.Hashes)) Forget(user, touched);
                    Volatile.Write(ref _urgent, one.Position);
                    break;
            }
        }

        await PutAsync(changed, touched, cancel);
        SetNews(touched);
        touched.Clear();
        Generation.Quantize();
        Position = Math.Max(Position, entries[^1].Position);
    }

    private async Task PutAsync(List<string> ids, HashSet<string> touched, CancellationToken cancel)
    {
        if (ids.Count == 0) return;
        IReadOnlyList<StoredItem> items = await _store.Items.FindAsync(ids, cancel);
        Put(items, await _store.Items.VectorsAsync(ids, cancel), touched);
        ids.Clear();
    }

    /// <summary>Makes items of the model be as the catalog has them.</summary>
    /// <param name="touched">Receives users to whom that makes a difference.</param>
    private void Put(IReadOnlyList<StoredItem> items, Dictionary<string, Dictionary<string, ItemVector>> vectors, HashSet<string> touched)
    {
        TrainedRun before = Live.Current;
        ItemState[] states = [.. items.Select(item => new ItemState(
            new NewItem(item.Content.Id, FeaturesOf(before, item, vectors.GetValueOrDefault(item.Content.Id))) { Title = item.Content.Title }, item.Content.Hidden))];
        IReadOnlyList<(string Id, string Reason)> refused = Live.PutItems(states, numbers =>
        {
            (int Number, StoredItem Item)[] there = [.. items.Where(item => numbers.ContainsKey(item.Content.Id)).Select(item => (numbers[item.Content.Id], item))];
            Generation.Attributes.Set(there.Select(one => (one.Number, (IReadOnlyDictionary<string, AttributeValue>)AttributesOf(one.Item))));
            Generation.Arrivals.Add(there.Where(one => !Generation.IsPopular(one.Number)).Select(one => (one.Number, one.Item.Content.Id, one.Item.Added)));
        });
        if (refused.Count > 0) VectorsRefused(_logger, Stored.Id, refused.Count, refused[0].Reason);
        foreach (StoredItem item in items)
            if (IsPlacedAnew(before, Live.Current, item.Content.Id)) touched.UnionWith(_histories.UsersOf(item.Content.Id));
    }

    private static bool IsPlacedAnew(TrainedRun before, TrainedRun after, string item) => (before.TryFindItem(item), after.TryFindItem(item)) switch
    {
        ({ } was, { } now) when was == now => !ReferenceEquals(before.Additions.Placed.GetValueOrDefault(was), after.Additions.Placed.GetValueOrDefault(now)),
        var (was, now) => was != now,
    };

    private static Dictionary<string, AttributeValue> AttributesOf(StoredItem item)
    {
        try
        {
            return AttributeJson.Read(item.Content.Attributes);
        }
        catch (Data.InvalidInputException)
        {
            return []; // which nobody put through the catalog
        }
    }

    /// <summary>
    /// The vectors of an item, those that the run's encoders made or the shop gave. Of an item that has not changed since training there are none: the model has
    /// them, and learned from them.
    /// </summary>
    private Dictionary<string, float[]> FeaturesOf(TrainedRun run, StoredItem item, Dictionary<string, ItemVector>? vectors)
    {
        bool isAsTrained = run.TryFindItem(item.Content.Id) < run.TrainedItems && item.Version <= Stored.TrainedTo;
        if (vectors is null || isAsTrained || !_takesItems) return [];
        return new(from modality in run.Live?.Modalities ?? []
                   let vector = vectors.GetValueOrDefault(modality.Name)
                   where vector is not null && VectorSource.IsOf(vector.Source, modality)
                   select KeyValuePair.Create(modality.Name, vector.Values));
    }

    private void SetNews(IEnumerable<string> users)
    {
        TrainedRun run = Live.Current;
        (string, IReadOnlyList<int>)[] news = [.. users.Select(user => (user, (IReadOnlyList<int>)[.. _histories.Of(user).Select(run.TryFindEvenRemoved).OfType<int>()]))];
        if (news.Length > 0) Live.SetNews(news);
    }

    private void Merge(string from, string into, HashSet<string> touched)
    {
        TrainedRun run = Live.Current;
        IEnumerable<string> trained = run.TryFindUser(from) is { } user && user < run.TrainedUsers ? run.KnownTo(user).Select(run.ItemId) : [];
        _histories.Add(into, [.. _histories.Of(from), .. trained]);
        Forget(from, touched);
        touched.Add(into);
    }

    private void Forget(string user, HashSet<string> touched)
    {
        _histories.Remove(user);
        touched.Remove(user);
        if (Live.Current.TryFindUser(user) is { } number) Live.ForgetUsers([number]);
    }

    /// <summary>The users whom hashes name, among those that the model and the histories know.</summary>
    private string[] UsersOf(IReadOnlyList<string> hashes)
    {
        var erased = new HashSet<string>(hashes);
        TrainedRun run = Live.Current;
        IEnumerable<string> known = Enumerable.Range(0, run.UserCount).Select(run.UserId).Concat(_histories.All.Keys);
        return [.. known.Where(user => user.Length > 0 && erased.Contains(_store.HashOf(user))).Distinct()];
    }
}
