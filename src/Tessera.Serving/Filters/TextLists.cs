namespace Tessera.Serving.Filters;

/// <summary>The lists of texts that the items of a chunk have, one after the other; it never changes.</summary>
/// <param name="starts">Place of each item's first code, and the number of codes last.</param>
/// <param name="codes">The codes.</param>
internal sealed class TextLists(int[] starts, int[] codes)
{
    /// <summary>No item has any.</summary>
    public static TextLists Empty { get; } = new(new int[ColumnChunk.Items + 1], []);

    /// <summary>The codes of an item.</summary>
    public ReadOnlySpan<int> this[int place] => codes.AsSpan(starts[place]..starts[place + 1]);

    /// <summary>The same with another list of one item.</summary>
    public TextLists With(int place, ReadOnlySpan<int> list)
    {
        int grown = list.Length - this[place].Length;
        var newStarts = new int[starts.Length];
        for (int i = 0; i < starts.Length; i++) newStarts[i] = starts[i] + (i > place ? grown : 0);
        return new TextLists(newStarts, [.. codes.AsSpan(0, starts[place]), .. list, .. codes.AsSpan(starts[place + 1])]);
    }

    /// <summary>Adds the items whose list has one of some codes.</summary>
    public void AddThoseWith(ReadOnlySpan<int> wanted, Span<ulong> result)
    {
        int place = 0;
        for (int from = 0; from < codes.Length; from = starts[place + 1])
        {
            int found = codes.AsSpan(from).IndexOfAny(wanted);
            if (found < 0) return;
            while (starts[place + 1] <= from + found) place++;
            result[place >> 6] |= 1UL << place;
        }
    }

    /// <summary>Adds the items that have a list that is not empty.</summary>
    public void AddThoseWithAny(Span<ulong> result)
    {
        for (int place = 0; place < ColumnChunk.Items; place++)
            if (starts[place + 1] > starts[place]) result[place >> 6] |= 1UL << place;
    }
}
