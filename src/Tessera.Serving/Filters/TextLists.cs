using System.Numerics;
using System.Runtime.Intrinsics;

namespace Tessera.Serving.Filters;

/// <summary>The lists of texts that the items of a chunk have, one after the other; it never changes.</summary>
internal sealed class TextLists
{
    private readonly int[] _codes;
    private readonly short[] _places; // whose each code is, ascending

    private TextLists(int[] codes, short[] places) => (_codes, _places) = (codes, places);

    /// <summary>No item has any.</summary>
    public static TextLists Empty { get; } = new([], []);

    /// <summary>Whether an item has a list that is not empty.</summary>
    public bool Has(int place) => _places.AsSpan().BinarySearch((short)place) >= 0;

    /// <summary>The same with another list of one item.</summary>
    public TextLists With(int place, ReadOnlySpan<int> list)
    {
        int start = 0, end;
        while (start < _places.Length && _places[start] < place) start++;
        for (end = start; end < _places.Length && _places[end] == place;) end++;
        var own = new short[list.Length];
        Array.Fill(own, (short)place);
        return new TextLists([.. _codes.AsSpan(..start), .. list, .. _codes.AsSpan(end..)], [.. _places.AsSpan(..start), .. own, .. _places.AsSpan(end..)]);
    }

    /// <summary>Adds the items whose list has a code.</summary>
    public void AddThoseWith(int code, Span<ulong> result)
    {
        int from = 0;
        Vector512<int> sought = Vector512.Create(code);
        for (; from + Vector512<int>.Count <= _codes.Length; from += Vector512<int>.Count)
            for (ulong bits = Vector512.Equals(Vector512.Create<int>(_codes.AsSpan(from)), sought).ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
                Add(_places[from + BitOperations.TrailingZeroCount(bits)], result);
        for (; from < _codes.Length; from++)
            if (_codes[from] == code) Add(_places[from], result);
    }

    /// <summary>Adds the items whose list has one of some codes.</summary>
    /// <param name="codes">In ascending order.</param>
    public void AddThoseWithAny(ReadOnlySpan<int> codes, Span<ulong> result)
    {
        for (int i = 0; i < _codes.Length; i++)
            if (codes.BinarySearch(_codes[i]) >= 0) Add(_places[i], result);
    }

    /// <summary>Adds the items that have a list that is not empty.</summary>
    public void AddAll(Span<ulong> result)
    {
        foreach (short place in _places) Add(place, result);
    }

    private static void Add(int place, Span<ulong> result) => result[place >> 6] |= 1UL << place;
}
