using System.Numerics;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Filters;

/// <summary>A request's rules on attributes, made ready for one state of these.</summary>
internal sealed class Rules
{
    /// <summary>Most conditions of a filter, and most boosts.</summary>
    public const int MaxConditions = 100, MaxBoosts = 20;

    private readonly Condition[] _all, _any, _none;
    private readonly (Condition Condition, float By)[] _boosts;

    /// <exception cref="InvalidInputException">A condition or a boost cannot be.</exception>
    public Rules(ItemFilter? filter, IReadOnlyList<ItemBoost> boosts, AttributeTable attributes)
    {
        IReadOnlyDictionary<string, AttributeColumn> columns = attributes.Columns;
        filter ??= new ItemFilter();
        if (filter.All.Count + filter.Any.Count + filter.None.Count is > MaxConditions and var conditions)
            throw new InvalidInputException($"The filter has {conditions:N0} conditions; expected at most {MaxConditions}.");
        if (boosts.Count > MaxBoosts) throw new InvalidInputException($"There are {boosts.Count:N0} boosts; expected at most {MaxBoosts}.");
        foreach (ItemBoost boost in boosts)
            if (boost.By is not (>= -1 and <= 10))
                throw new InvalidInputException($"A boost on {SourceText.Quoted(boost.Attr)} is by {boost.By}; expected a number from -1 to 10, such as 0.1 for a tenth.");
        (_all, _any, _none) = (Ready(filter.All), Ready(filter.Any), Ready(filter.None));
        _boosts = [.. boosts.Select(boost => (new Condition(boost, columns), boost.By)).Where(boost => boost.By != 0)];
        Notes =
        [
            .. filter.All.Concat(filter.Any).Concat(filter.None).Concat(boosts).Select(condition => condition.Attr).Distinct()
                .Where(name => !columns.ContainsKey(name))
                .Select(name => $"No item has an attribute {SourceText.Quoted(name)}, so what the request says of it holds for none."),
        ];

        Condition[] Ready(IReadOnlyList<AttributeCondition> conditions) => [.. conditions.Select(condition => new Condition(condition, columns))];
    }

    /// <summary>What can be meant differently, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Whether there is anything to boost.</summary>
    public bool Boosts => _boosts.Length > 0;

    /// <summary>Puts out of a set the items that may not be recommended.</summary>
    public void Filter(ItemSet items)
    {
        if (_all.Length + _any.Length + _none.Length == 0) return;
        Span<ulong> found = stackalloc ulong[ColumnChunk.Words], either = stackalloc ulong[ColumnChunk.Words];
        for (int chunk = 0; chunk * ColumnChunk.Items < items.Items; chunk++)
        {
            Span<ulong> left = items.Chunk(chunk);
            foreach (Condition condition in _all)
            {
                condition.Find(chunk, found);
                for (int word = 0; word < left.Length; word++) left[word] &= found[word];
            }

            foreach (Condition condition in _none)
            {
                condition.Find(chunk, found);
                for (int word = 0; word < left.Length; word++) left[word] &= ~found[word];
            }

            if (_any.Length == 0) continue;
            either.Clear();
            foreach (Condition condition in _any)
            {
                condition.Find(chunk, found);
                for (int word = 0; word < either.Length; word++) either[word] |= found[word];
            }

            for (int word = 0; word < left.Length; word++) left[word] &= either[word];
        }
    }

    /// <summary>Adds up the boosts of each item.</summary>
    /// <param name="boosts">Receives one number an item.</param>
    public void Boost(Span<float> boosts)
    {
        boosts.Clear();
        Span<ulong> found = stackalloc ulong[ColumnChunk.Words];
        for (int chunk = 0; chunk * ColumnChunk.Items < boosts.Length; chunk++)
        {
            Span<float> own = boosts[(chunk * ColumnChunk.Items)..];
            foreach ((Condition condition, float by) in _boosts)
            {
                condition.Find(chunk, found);
                for (int word = 0; word < found.Length; word++)
                    for (ulong bits = found[word]; bits != 0; bits &= bits - 1)
                        if ((word * 64) + BitOperations.TrailingZeroCount(bits) is var place && place < own.Length) own[place] += by;
            }
        }
    }
}
