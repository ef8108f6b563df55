using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>The interactions of a split in a run's file.</summary>
internal sealed class KnownSplit
{
    private readonly SafetensorsMap _file;
    private readonly SafetensorsEntry _starts;
    private readonly SafetensorsEntry _items;
    private readonly int _itemCount;

    /// <summary>Finds the split in the file.</summary>
    /// <exception cref="InvalidInputException">It is not there, or of another number of users.</exception>
    public KnownSplit(SafetensorsMap file, string name, int users, int items)
    {
        (_file, Users, _itemCount) = (file, users, items);
        _starts = file.Require(Starts(name), "I32");
        _items = file.Require(Items(name), "I32");
        if (_starts.Columns - 1 != users) throw Unfit();
    }

    /// <summary>Number of users |U|.</summary>
    public int Users { get; }

    /// <summary>The tensor with the place of each user's first item, <c>[|U| + 1]</c>.</summary>
    public static string Starts(string split) => $"{split}.starts";

    /// <summary>The tensor with the items, in order of users, then items.</summary>
    public static string Items(string split) => $"{split}.items";

    /// <summary>Items of a user, ascending.</summary>
    /// <exception cref="InvalidInputException">What is read is damaged.</exception>
    public ReadOnlySpan<int> ItemsOf(int user)
    {
        ReadOnlySpan<int> bounds = _file.Elements<int>(_starts, user, 2);
        (int start, int end) = (bounds[0], bounds[1]);
        if (start < 0 || end < start || end > _items.Columns) throw Unfit();
        ReadOnlySpan<int> items = _file.Elements<int>(_items, start, end - start);
        int last = -1;
        foreach (int item in items)
        {
            if (item <= last || item >= _itemCount) throw Unfit();
            last = item;
        }

        return items;
    }

    /// <summary>Number of users of each item, <c>[|I|]</c>.</summary>
    /// <exception cref="InvalidInputException">What is read is damaged.</exception>
    public int[] ItemCounts()
    {
        var counts = new int[_itemCount];
        for (int user = 0; user < Users; user++)
            foreach (int item in ItemsOf(user)) counts[item]++;
        return counts;
    }

    private InvalidInputException Unfit() =>
        new($"'{_file.Path}' holds interactions that do not fit its {Users:N0} users and {_itemCount:N0} items; restore it or train again.");
}
