namespace Tessera.Encoders.Texts;

/// <summary>The terms that count, each with its column. Immutable.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _columns;

    /// <summary>Numbers terms in the given order.</summary>
    public Vocabulary(string[] terms)
    {
        Terms = terms;
        _columns = new Dictionary<string, int>(terms.Length, StringComparer.Ordinal);
        foreach (string term in terms) _columns.Add(term, _columns.Count);
    }

    /// <summary>The terms by column.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>Adds a text's known terms to lists.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reader">Splits it.</param>
    /// <param name="columns">Receives their columns, ascending and distinct.</param>
    /// <param name="weights">Receives <c>1 + ln(number of times)</c> of each.</param>
    public void Count(string text, TermReader reader, List<int> columns, List<float> weights)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _columns.GetAlternateLookup<ReadOnlySpan<char>>();
        int distinct = columns.Count;
        reader.Start(text);
        while (reader.Read())
            if (lookup.TryGetValue(reader.Term, out int column)) columns.Add(column);
        columns.Sort(distinct, columns.Count - distinct, null);
        for (int start = distinct, end; start < columns.Count; start = end)
        {
            for (end = start + 1; end < columns.Count && columns[end] == columns[start];) end++;
            columns[distinct++] = columns[start];
            weights.Add((float)(1 + Math.Log(end - start)));
        }

        columns.RemoveRange(distinct, columns.Count - distinct);
    }
}
