using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Live;

public sealed partial class LiveRecommender
{
    /// <summary>Adds an item; see <see cref="AddItems"/>.</summary>
    /// <exception cref="InvalidInputException">The run takes no new items, the id is taken, or the features are not the run's.</exception>
    public void AddItem(NewItem item) => AddItems([item]);

    /// <summary>
    /// Adds items, which are recommended and found as similar at once. What becomes of an item does not depend on the others or on their order. Many at once
    /// cost less than one by one.
    /// </summary>
    /// <exception cref="InvalidInputException">The run takes no new items, an id is taken, or features are not the run's; then nothing is added.</exception>
    public void AddItems(IReadOnlyList<NewItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        lock (_placing)
        {
            var seen = new HashSet<string>();
            foreach (NewItem item in items) RefuseTaken(_current, item.Id, seen);
            (float[] Vector, PlacedItem Placed)[] placed = [.. _placement.Value.Place(items)];
            lock (_writing) _current = With(_current, items, placed);
        }
    }

    private static TrainedRun With(TrainedRun run, IReadOnlyList<NewItem> items, (float[] Vector, PlacedItem Placed)[] placed)
    {
        Additions before = run.Additions;
        int first = run.ItemCount;
        Matrix room = WithRoom(run, first + items.Count);
        for (int row = 0; row < placed.Length; row++) placed[row].Vector.CopyTo(room.Row(first + row));
        return run.With(before with
        {
            Items = before.Items.AddRange(items.Select(item => new AddedItem(item.Id, OneLine(item.Title)))),
            ItemNumbers = before.ItemNumbers.SetItems(items.Select((item, row) => KeyValuePair.Create(item.Id, first + row))),
            Placed = before.Placed.AddRange(placed.Select((one, row) => KeyValuePair.Create(first + row, one.Placed))),
            Room = room,
            Vectors = room.RowRange(0, first + items.Count),
        });
    }

    /// <summary>
    /// Gives an item other features, or another title: a new one is placed again; one of training keeps what it learned from users. A modality or title that
    /// is left out stays as it was. Users who have had the item since training take from it what it is now.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no such item, the run takes no new ones, or the features are not the run's.</exception>
    public void UpdateItem(NewItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        lock (_placing)
        {
            int number = _current.FindItem(item.Id);
            (float[] Vector, PlacedItem Placed)? changed = item.Features.Count > 0 ? PlaceAgain(_current, number, item) : null;
            lock (_writing)
            {
                TrainedRun run = _current;
                number = run.FindItem(item.Id); // unless it was removed in between
                Additions after = Titled(run, number, item.Title);
                if (changed is { } other)
                {
                    Matrix room = Copy(run, run.ItemCount); // those who read have the earlier one
                    other.Vector.CopyTo(room.Row(number));
                    after = after with { Placed = run.Additions.Placed.SetItem(number, other.Placed), Room = room, Vectors = room };
                }

                _current = changed is null ? run.With(after) : run.With(after).WithNewsOfItem(number);
            }
        }
    }

    private (float[] Vector, PlacedItem Placed) PlaceAgain(TrainedRun run, int number, NewItem item)
    {
        IReadOnlyDictionary<string, float[]> earlier = run.Additions.Placed.TryGetValue(number, out PlacedItem? was) ? was.Features : new Dictionary<string, float[]>();
        NewItem whole = item with { Features = item.Features.UnionBy(earlier, given => given.Key).ToDictionary() };
        return number < run.TrainedItems ? _placement.Value.Replace(number, whole) : _placement.Value.Place([whole]).Single();
    }

    /// <summary>Takes an item out: it is neither recommended nor found any more, and its id is free. What it says of users who had it stays.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public void RemoveItem(string id)
    {
        lock (_writing)
        {
            Additions before = _current.Additions;
            int item = _current.FindItem(id);
            _current = _current.With(before with
            {
                Removed = before.Removed.Add(item),
                ItemNumbers = before.ItemNumbers.Remove(id),
                Placed = before.Placed.TryGetValue(item, out PlacedItem? placed) ? before.Placed.SetItem(item, new PlacedItem(placed.Gathered, placed.Degree)) : before.Placed,
            });
        }
    }

    /// <summary>Leaves an item out of what is recommended and similar, until <see cref="ShowItem"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public void HideItem(string id)
    {
        lock (_writing) _current = _current.With(_current.Additions with { Hidden = _current.Additions.Hidden.Add(_current.FindItem(id)) });
    }

    /// <summary>Ends what <see cref="HideItem"/> began.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public void ShowItem(string id)
    {
        lock (_writing) _current = _current.With(_current.Additions with { Hidden = _current.Additions.Hidden.Remove(_current.FindItem(id)) });
    }

    /// <summary>The run's additions with another title of an item; null leaves it.</summary>
    private static Additions Titled(TrainedRun run, int item, string? title)
    {
        Additions before = run.Additions;
        int added = item - run.TrainedItems;
        if (OneLine(title) is not { } line) return before;
        return added < 0 ? before with { Titles = before.Titles.SetItem(item, line) }
            : before with { Items = before.Items.SetItem(added, before.Items[added] with { Title = line }) };
    }

    private static string? OneLine(string? title) => title?.ReplaceLineEndings(" ");

    /// <summary>The vector that a new item would have, <c>[d]</c>; the run stays as it is.</summary>
    /// <exception cref="InvalidInputException">The run takes no new items, the features are not the run's, or there are none.</exception>
    internal float[] VectorOf(NewItem item)
    {
        lock (_placing) return _placement.Value.Place([item]).Single().Vector;
    }

    /// <summary>Refuses a run that takes no new items.</summary>
    /// <exception cref="InvalidInputException">It is such a run; the message says why.</exception>
    internal void RequireTakesItems() => _ = _placement.Value;

    /// <summary>Refuses what adding or updating would refuse of an item by its id and what it has of features.</summary>
    /// <param name="updates">Whether an item that is there already is updated.</param>
    /// <exception cref="InvalidInputException">It would.</exception>
    internal void Check(NewItem item, bool updates)
    {
        _placement.Value.CheckFeatures(item);
        if (!updates || _current.TryFindItem(item.Id) is null) RefuseTaken(_current, item.Id, []);
    }

    private static void RefuseTaken(TrainedRun run, string id, HashSet<string> seen)
    {
        if (string.IsNullOrWhiteSpace(id)) throw new InvalidInputException("An item has no id; expected one that no other item has.");
        if (!seen.Add(id)) throw new InvalidInputException($"Item {SourceText.Quoted(id)} is named twice; expected each item once.");
        if (run.TryFindItem(id) is not null)
            throw new InvalidInputException($"The run has an item {SourceText.Quoted(id)} already; expected a new id, so update that item (items add --update), or remove it first.");
    }

    /// <summary>A matrix with the vectors of the run's items as it is now, and room for more: rows beyond are nobody's yet, so they can be written.</summary>
    private static Matrix WithRoom(TrainedRun run, int rows) =>
        run.Additions.Room is { } room && room.Rows >= rows ? room : Copy(run, rows + (rows / 8));

    private static Matrix Copy(TrainedRun run, int rows)
    {
        var copy = new Matrix(rows, run.ItemVectors.Columns);
        run.ItemVectors.Span.CopyTo(copy.Span);
        return copy;
    }
}
