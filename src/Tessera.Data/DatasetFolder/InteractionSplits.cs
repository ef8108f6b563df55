namespace Tessera.Data.DatasetFolder;

/// <summary>The records of an interaction file sorted into the three splits.</summary>
internal sealed class InteractionSplits
{
    private static readonly string[] Names = ["training", "validation", "test"];
    private readonly InteractionTable _table;

    /// <exception cref="InvalidInputException">A pair is in two splits.</exception>
    public InteractionSplits(InteractionTable table, int users, int items)
    {
        _table = table;
        int[] records = new int[table.Count];
        var pairs = new long[table.Count];
        for (int record = 0; record < records.Length; record++)
            (records[record], pairs[record]) = (record, ((long)table.Users[record] << 32) | (uint)table.Items[record]);
        Array.Sort(pairs, records);
        List<(int User, int Item)>[] splits = [new(records.Length), [], []];
        for (int first = 0, end; first < records.Length; first = end)
        {
            for (end = first + 1; end < pairs.Length && pairs[end] == pairs[first]; end++) Duplicates++;
            RefuseTwoSplits(records.AsSpan(first..end));
            splits[table.Splits[records[first]]].Add(((int)(pairs[first] >> 32), (int)pairs[first]));
        }

        Interactions[] parts = [.. splits.Select(split => Interactions.FromPairs(users, items, split))];
        (Train, Validation, Test) = (parts[0], parts[1], parts[2]);
    }

    /// <summary>Interactions labeled 0.</summary>
    public Interactions Train { get; }

    /// <summary>Interactions labeled 1.</summary>
    public Interactions Validation { get; }

    /// <summary>Interactions labeled 2.</summary>
    public Interactions Test { get; }

    /// <summary>Number of records left out because the same pair came before in the same split.</summary>
    public int Duplicates { get; }

    /// <param name="same">Records of one pair, in any order.</param>
    private void RefuseTwoSplits(Span<int> same)
    {
        same.Sort();
        int first = same[0];
        foreach (int second in same)
        {
            (int a, int b) = (_table.Splits[first], _table.Splits[second]);
            if (a == b) continue;
            throw new InvalidInputException(
                $"Lines {InteractionTable.LineOf(first)} ({Names[a]}) and {InteractionTable.LineOf(second)} ({Names[b]}) "
                + $"of '{_table.Path}' both hold user {_table.Users[first]} with item {_table.Items[first]}; "
                + "expected each pair in one split only, so remove one of the two lines.");
        }
    }
}
