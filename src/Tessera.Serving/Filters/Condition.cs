using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Filters;

/// <summary>A condition made ready for one state of the attributes: what is sought is numbers and codes.</summary>
internal sealed class Condition
{
    /// <summary>Most values of <see cref="AttributeCondition.In"/>.</summary>
    public const int MaxValues = 1000;

    private readonly AttributeColumn? _column;
    private readonly bool? _exists;
    private readonly (double Least, double Most)? _range;
    private readonly Values? _eq, _in;

    /// <exception cref="InvalidInputException">It says nothing, or what no attribute can be.</exception>
    public Condition(AttributeCondition condition, IReadOnlyDictionary<string, AttributeColumn> columns)
    {
        Require(condition);
        columns.TryGetValue(condition.Attr, out _column);
        _exists = condition.Exists;
        if ((condition.Ge ?? condition.Gt ?? condition.Le ?? condition.Lt) is not null)
        {
            double above = condition.Gt is { } gt ? Math.BitIncrement(gt) : double.NegativeInfinity;
            double below = condition.Lt is { } lt ? Math.BitDecrement(lt) : double.PositiveInfinity;
            _range = (Math.Max(above, condition.Ge ?? above), Math.Min(below, condition.Le ?? below));
        }

        if (condition.Eq is { } eq) _eq = new Values([eq], _column);
        if (condition.In is { } some) _in = new Values(some, _column);
    }

    /// <summary>The items of a chunk for which it holds.</summary>
    /// <param name="result">Receives the bits.</param>
    public void Find(int chunk, Span<ulong> result)
    {
        result.Clear();
        if (_column?.Chunk(chunk) is not { } values)
        {
            if (_exists == false && _range is null && _eq is null && _in is null) result.Fill(ulong.MaxValue);
            return;
        }

        Span<ulong> some = stackalloc ulong[ColumnChunk.Words];
        result.Fill(ulong.MaxValue);
        if (_exists is { } exists)
        {
            some.Clear();
            values.AddAll(some);
            for (int word = 0; word < some.Length; word++) result[word] &= exists ? some[word] : ~some[word];
        }

        if (_range is { } range)
        {
            some.Clear();
            values.AddNumbers(range.Least, range.Most, some);
            And(some, result);
        }

        if (_eq is not null)
        {
            some.Clear();
            _eq.Add(values, some);
            And(some, result);
        }

        if (_in is null) return;
        some.Clear();
        _in.Add(values, some);
        And(some, result);
    }

    private static void And(ReadOnlySpan<ulong> some, Span<ulong> result)
    {
        for (int word = 0; word < some.Length; word++) result[word] &= some[word];
    }

    private static void Require(AttributeCondition condition)
    {
        string name = SourceText.Quoted(condition.Attr);
        if (condition is { Eq: null, In: null, Le: null, Ge: null, Lt: null, Gt: null, Exists: null })
            throw new InvalidInputException($"A condition on {name} says nothing; expected one or more of eq, in, le, ge, lt, gt and exists.");
        if (condition.In is { Count: > MaxValues })
            throw new InvalidInputException($"A condition on {name} names {condition.In.Count:N0} values; expected at most {MaxValues:N0}.");
        if ((condition.In ?? []).Append(condition.Eq ?? true).Any(value => value.Texts is not null || value == default))
            throw new InvalidInputException($"A condition on {name} compares with a list; expected a text, a number, true or false, or several of them in 'in'.");
        if (new[] { condition.Le, condition.Ge, condition.Lt, condition.Gt }.Any(bound => bound is { } number && !double.IsFinite(number)))
            throw new InvalidInputException($"A condition on {name} has a bound that is not finite; expected a number.");
    }

    /// <summary>Values one of which it must be, by kind.</summary>
    private sealed class Values
    {
        private readonly double[] _numbers;
        private readonly int[] _texts;
        private readonly bool[] _flags;

        public Values(IReadOnlyList<AttributeValue> values, AttributeColumn? column)
        {
            _numbers = [.. values.Select(value => value.Number).OfType<double>().Distinct().Order()];
            _flags = [.. values.Select(value => value.Flag).OfType<bool>().Distinct()];
            _texts = [.. values.Select(value => value.Text).OfType<string>().Select(text => column?.CodeOf(text) ?? 0).Where(code => code > 0).Distinct().Order()];
        }

        public void Add(ColumnChunk values, Span<ulong> result)
        {
            values.AddNumbers(_numbers, result);
            foreach (bool flag in _flags) values.AddFlags(flag, result);
            values.AddTexts(_texts, result);
        }
    }
}
