using System.Runtime.Intrinsics;

namespace Tessera.Serving.Filters;

/// <summary>
/// An attribute's values of some consecutive items, by kind, so that a condition is a pass over numbers side by side. Whoever made it may change it until
/// others see it; from then on it stays.
/// </summary>
internal sealed class ColumnChunk
{
    /// <summary>Items of a chunk, and the 64-bit words of a set of them.</summary>
    public const int Items = 1024, Words = Items / 64;

    private const int Few = 8; // values for which a vectorized pass each is faster than a search for each item

    private readonly object _owner;
    private double[]? _numbers; // NaN for none
    private int[]? _texts; // codes; 0 for none
    private ulong[]? _flags; // who has one, then who has true
    private TextLists? _lists;

    /// <param name="owner">Who may change it.</param>
    public ColumnChunk(object owner) => _owner = owner;

    private ColumnChunk(ColumnChunk other, object owner) => (_owner, _numbers, _texts, _flags, _lists) =
        (owner, (double[]?)other._numbers?.Clone(), (int[]?)other._texts?.Clone(), (ulong[]?)other._flags?.Clone(), other._lists);

    /// <summary>This one, or a copy, that somebody may change.</summary>
    public ColumnChunk For(object owner) => ReferenceEquals(owner, _owner) ? this : new ColumnChunk(this, owner);

    /// <summary>Whether an item has a value.</summary>
    public bool Has(int place) => (_numbers is not null && !double.IsNaN(_numbers[place])) || _texts?[place] > 0
        || (_flags is not null && (_flags[place >> 6] >> place & 1) != 0) || _lists?.Has(place) == true;

    /// <summary>Whether no item has a value.</summary>
    public bool IsEmpty
    {
        get
        {
            Span<ulong> having = stackalloc ulong[Words];
            having.Clear();
            AddAll(having);
            return !having.ContainsAnyExcept(0UL);
        }
    }

    /// <summary>Takes an item's value away.</summary>
    public void Clear(int place)
    {
        _numbers?[place] = double.NaN;
        _texts?[place] = 0;
        if (_flags is not null) SetFlag(place, has: false, value: false);
        if (_lists?.Has(place) == true) _lists = _lists.With(place, []);
    }

    /// <summary>Gives an item another value.</summary>
    public void Set(int place, AttributeValue value, TextCodes codes)
    {
        Clear(place);
        if (value.Number is { } number) Numbers()[place] = number;
        else if (value.Text is { } text) (_texts ??= new int[Items])[place] = codes.Add(text);
        else if (value.Flag is { } flag) SetFlag(place, has: true, flag);
        else if (value.Texts is { Count: > 0 } texts) _lists = (_lists ?? TextLists.Empty).With(place, texts.Select(codes.Add).ToArray());
    }

    /// <summary>Adds the items whose number is within bounds, these included.</summary>
    public void AddNumbers(double least, double most, Span<ulong> result)
    {
        if (_numbers is null) return;
        Vector512<double> low = Vector512.Create(least), high = Vector512.Create(most);
        for (int word = 0; word < Words; word++)
        {
            ulong bits = 0;
            for (int i = 0; i < 64; i += Vector512<double>.Count)
            {
                Vector512<double> numbers = Vector512.Create<double>(_numbers.AsSpan((word * 64) + i));
                bits |= (Vector512.GreaterThanOrEqual(numbers, low) & Vector512.LessThanOrEqual(numbers, high)).ExtractMostSignificantBits() << i;
            }

            result[word] |= bits;
        }
    }

    /// <summary>Adds the items whose number is one of some: one pass for each of a few, and for more than that one in which each item's is sought.</summary>
    /// <param name="wanted">In ascending order.</param>
    public void AddNumbers(ReadOnlySpan<double> wanted, Span<ulong> result)
    {
        if (_numbers is null) return;
        if (wanted.Length > Few)
        {
            for (int place = 0; place < Items; place++)
                if (wanted.BinarySearch(_numbers[place]) >= 0) result[place >> 6] |= 1UL << place;
            return;
        }

        foreach (double number in wanted) AddNumbers(number, number, result);
    }

    /// <summary>Adds the items whose text, or one of whose texts, is one of some, in as many passes as for numbers.</summary>
    /// <param name="wanted">Their codes, in ascending order.</param>
    public void AddTexts(ReadOnlySpan<int> wanted, Span<ulong> result)
    {
        if (wanted.Length > Few)
        {
            _lists?.AddThoseWithAny(wanted, result);
            for (int place = 0; place < _texts?.Length; place++)
                if (wanted.BinarySearch(_texts[place]) >= 0) result[place >> 6] |= 1UL << place;
            return;
        }

        foreach (int code in wanted)
        {
            _lists?.AddThoseWith(code, result);
            AddTexts(code, code, result);
        }
    }

    /// <summary>Adds the items that have a truth value.</summary>
    public void AddFlags(bool value, Span<ulong> result)
    {
        if (_flags is null) return;
        for (int word = 0; word < Words; word++) result[word] |= value ? _flags[Words + word] : _flags[word] & ~_flags[Words + word];
    }

    /// <summary>Adds the items that have any value.</summary>
    public void AddAll(Span<ulong> result)
    {
        AddNumbers(double.MinValue, double.MaxValue, result);
        AddFlags(false, result);
        AddFlags(true, result);
        AddTexts(1, int.MaxValue, result);
        _lists?.AddAll(result);
    }

    private void AddTexts(int least, int most, Span<ulong> result)
    {
        if (_texts is null) return;
        Vector512<int> low = Vector512.Create(least), high = Vector512.Create(most);
        for (int word = 0; word < Words; word++)
        {
            ulong bits = 0;
            for (int i = 0; i < 64; i += Vector512<int>.Count)
            {
                Vector512<int> codes = Vector512.Create<int>(_texts.AsSpan((word * 64) + i));
                bits |= (Vector512.GreaterThanOrEqual(codes, low) & Vector512.LessThanOrEqual(codes, high)).ExtractMostSignificantBits() << i;
            }

            result[word] |= bits;
        }
    }

    private double[] Numbers()
    {
        if (_numbers is null) Array.Fill(_numbers = new double[Items], double.NaN);
        return _numbers;
    }

    private void SetFlag(int place, bool has, bool value)
    {
        _flags ??= new ulong[2 * Words];
        ulong bit = 1UL << place;
        (int word, int truth) = (place >> 6, Words + (place >> 6));
        _flags[word] = has ? _flags[word] | bit : _flags[word] & ~bit;
        _flags[truth] = value ? _flags[truth] | bit : _flags[truth] & ~bit;
    }
}
