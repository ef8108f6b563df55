using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Live;

/// <content>
/// Changes that say what is to be, so that the same ones in another order, or once more, come to the same: for who follows a log. What the run's folder held
/// when it was opened is what items and users go back to.
/// </content>
public sealed partial class LiveRecommender
{
    /// <summary>Makes items be so, all at once for those who read.</summary>
    /// <param name="items">Of different ids.</param>
    /// <param name="numbered">Told the numbers of those that are in the model then, before anybody can see them.</param>
    /// <returns>Whose features are refused, and why; they have those that they had.</returns>
    internal IReadOnlyList<(string Id, string Reason)> PutItems(IReadOnlyList<ItemState> items, Action<IReadOnlyDictionary<string, int>> numbered)
    {
        lock (_placing)
            lock (_writing)
            {
                TrainedRun run = _current;
                var refused = new List<(string, string)>();
                (int? Number, NewItem Item)[] differ = [.. items.Select(state => (run.TryFindItem(state.Item.Id), state.Item)).Where(one => Differs(run, one.Item1, one.Item))];
                List<(int? Number, NewItem Item, float[] Vector, PlacedItem? Placed)> placed = Place(differ, refused);
                int[] gone = [.. differ.Where(one => one.Number >= _run.ItemCount && one.Item.Features.Count == 0).Select(one => one.Number!.Value)];
                Additions after = WithPlaced(run, placed);
                after = Without(run, after, gone);
                var numbers = new Dictionary<string, int>(items.Count);
                foreach (ItemState state in items)
                {
                    if (run.With(after).TryFindItem(state.Item.Id) is not { } number) continue;
                    numbers.Add(state.Item.Id, number);
                    after = Titled(run.With(after), number, state.Item.Title);
                    bool isHidden = after.Hidden.Contains(number);
                    if (isHidden != state.IsHidden) after = after with { Hidden = isHidden ? after.Hidden.Remove(number) : after.Hidden.Add(number) };
                }

                numbered(numbers);
                _current = run.With(after);
                return refused;
            }
    }

    /// <summary>Takes out items, those that are there.</summary>
    internal void RemoveItems(IEnumerable<string> ids)
    {
        lock (_writing) _current = _current.With(Without(_current, _current.Additions, ids.Select(_current.TryFindItem).OfType<int>()));
    }

    /// <inheritdoc cref="TrainedRun.WithNews"/>
    internal void SetNews(IEnumerable<(string User, IReadOnlyList<int> Items)> users)
    {
        lock (_writing) _current = _current.WithNews(users);
    }

    /// <summary>Makes strangers of users, by their numbers; see <see cref="TrainedRun.WithoutUsers"/>.</summary>
    internal void ForgetUsers(IEnumerable<int> users)
    {
        lock (_writing) _current = _current.WithoutUsers(users);
    }

    /// <summary>Whether the features of an item are not those that it has in the model.</summary>
    private bool Differs(TrainedRun run, int? number, NewItem item)
    {
        if (number is not { } known) return item.Features.Count > 0;
        bool isBase = known < _run.ItemCount;
        PlacedItem? has = run.Additions.Placed.GetValueOrDefault(known);
        if (item.Features.Count == 0) return !isBase || !ReferenceEquals(has, _run.Additions.Placed.GetValueOrDefault(known));
        return has is null || has.Features.Count != item.Features.Count
            || !item.Features.All(given => has.Features.TryGetValue(given.Key, out float[]? kept) && kept.AsSpan().SequenceEqual(given.Value));
    }

    private List<(int? Number, NewItem Item, float[] Vector, PlacedItem? Placed)> Place((int? Number, NewItem Item)[] differ, List<(string, string)> refused)
    {
        var placed = new List<(int?, NewItem, float[], PlacedItem?)>();
        var fresh = new List<(int? Number, NewItem Item)>();
        foreach ((int? number, NewItem item) in differ)
        {
            if (item.Features.Count > 0 && !(number < _run.TrainedItems)) fresh.Add((number, item));
            else if (item.Features.Count > 0) Try(item, () => placed.Add(Of(number, item, _placement.Value.Replace(number!.Value, item))));
            else if (number < _run.ItemCount) placed.Add((number, item, _run.ItemVectors.Row(number!.Value).ToArray(), _run.Additions.Placed.GetValueOrDefault(number.Value)));
        }

        try
        {
            if (fresh.Count > 0) placed.AddRange([.. fresh.Zip(_placement.Value.Place([.. fresh.Select(one => one.Item)]), (one, at) => Of(one.Number, one.Item, at))]);
        }
        catch (InvalidInputException)
        {
            foreach ((int? number, NewItem item) in fresh) Try(item, () => placed.Add(Of(number, item, _placement.Value.Place([item]).Single()))); // to find the guilty
        }

        return placed;

        static (int?, NewItem, float[], PlacedItem?) Of(int? number, NewItem item, (float[] Vector, PlacedItem Placed) at) => (number, item, at.Vector, at.Placed);

        void Try(NewItem item, Action place)
        {
            try
            {
                place();
            }
            catch (InvalidInputException refusal)
            {
                refused.Add((item.Id, refusal.Message));
            }
        }
    }

    private static Additions WithPlaced(TrainedRun run, List<(int? Number, NewItem Item, float[] Vector, PlacedItem? Placed)> placed)
    {
        Additions before = run.Additions;
        if (placed.Count == 0) return before;
        (NewItem Item, float[] Vector, PlacedItem? Placed)[] added = [.. placed.Where(one => one.Number is null).Select(one => (one.Item, one.Vector, one.Placed))];
        int first = run.ItemCount, rows = first + added.Length;
        Matrix room = added.Length == placed.Count ? WithRoom(run, rows) : Copy(run, rows + (rows / 8)); // those who read have the earlier one
        (int Number, float[] Vector, PlacedItem? Placed)[] all =
        [
            .. placed.Where(one => one.Number is not null).Select(one => (one.Number!.Value, one.Vector, one.Placed)),
            .. added.Select((one, row) => (first + row, one.Vector, one.Placed)),
        ];
        foreach ((int number, float[] vector, _) in all) vector.CopyTo(room.Row(number));
        return before with
        {
            Items = before.Items.AddRange(added.Select(one => new AddedItem(one.Item.Id, OneLine(one.Item.Title)))),
            ItemNumbers = before.ItemNumbers.SetItems(added.Select((one, row) => KeyValuePair.Create(one.Item.Id, first + row))),
            Placed = before.Placed.RemoveRange(all.Where(one => one.Placed is null).Select(one => one.Number))
                .SetItems(all.Where(one => one.Placed is not null).Select(one => KeyValuePair.Create(one.Number, one.Placed!))),
            Room = room,
            Vectors = room.RowRange(0, rows),
        };
    }

    private static Additions Without(TrainedRun run, Additions additions, IEnumerable<int> items)
    {
        foreach (int item in items)
        {
            additions = additions with
            {
                Removed = additions.Removed.Add(item),
                ItemNumbers = additions.ItemNumbers.Remove(run.ItemId(item)),
                Placed = additions.Placed.TryGetValue(item, out PlacedItem? placed) ? additions.Placed.SetItem(item, new PlacedItem(placed.Gathered, placed.Degree)) : additions.Placed,
            };
        }

        return additions;
    }
}
