namespace Tessera.Data.DatasetFolder;

/// <summary>The records of an interaction file sorted into the three splits.</summary>
internal sealed class InteractionSplits
{
    private static readonly string[] Names = ["training", "validation", "test"];
    private readonly InteractionTable _table;
    private readonly Interactions[] _splits;

    /// <exception cref="InvalidInputException">A pair is in two splits.</exception>
    public InteractionSplits(InteractionTable table, int users, int items)
    {
        _table = table;
        int[] userStarts = CountByUser(table, users);
        long[] sorted = SortByUserThenItem(table, userStarts);
        _splits = Distribute(userStarts, sorted, items);
    }

    /// <summary>Interactions labeled 0.</summary>
    public Interactions Train => _splits[0];

    /// <summary>Interactions labeled 1.</summary>
    public Interactions Validation => _splits[1];

    /// <summary>Interactions labeled 2.</summary>
    public Interactions Test => _splits[2];

    /// <summary>Number of records left out because the same pair came before in the same split.</summary>
    public int Duplicates { get; private set; }

    private static int[] CountByUser(InteractionTable table, int users)
    {
        var starts = new int[users + 1];
        foreach (int user in table.Users) starts[user + 1]++;
        for (int user = 0; user < users; user++) starts[user + 1] += starts[user];
        return starts;
    }

    /// <summary>Records as <c>item &lt;&lt; 32 | record</c>, grouped by user and ascending within.</summary>
    private static long[] SortByUserThenItem(InteractionTable table, int[] userStarts)
    {
        var sorted = new long[table.Count];
        int[] next = [.. userStarts];
        ReadOnlySpan<int> users = table.Users, items = table.Items;
        for (int record = 0; record < users.Length; record++) sorted[next[users[record]]++] = ((long)items[record] << 32) | (uint)record;
        for (int user = 0; user + 1 < userStarts.Length; user++) sorted.AsSpan(userStarts[user]..userStarts[user + 1]).Sort();
        return sorted;
    }

    private Interactions[] Distribute(int[] userStarts, long[] sorted, int items)
    {
        int users = userStarts.Length - 1;
        int[][] starts = [new int[users + 1], new int[users + 1], new int[users + 1]];
        List<int>[] itemIndices = [new(sorted.Length), [], []];
        for (int user = 0; user < users; user++)
        {
            long previous = -1;
            foreach (long entry in sorted.AsSpan(userStarts[user]..userStarts[user + 1]))
            {
                int split = _table.Splits[(int)entry];
                if (previous >= 0 && previous >> 32 == entry >> 32)
                {
                    RefuseIfElsewhere((int)previous, (int)entry);
                    Duplicates++;
                    continue;
                }

                itemIndices[split].Add((int)(entry >> 32));
                previous = entry;
            }

            for (int split = 0; split < 3; split++) starts[split][user + 1] = itemIndices[split].Count;
        }

        return [.. starts.Zip(itemIndices, (s, i) => Interactions.FromSorted(users, items, s, [.. i]))];
    }

    private void RefuseIfElsewhere(int first, int second)
    {
        (int a, int b) = (_table.Splits[first], _table.Splits[second]);
        if (a == b) return;
        throw new InvalidInputException(
            $"Lines {InteractionTable.LineOf(first)} ({Names[a]}) and {InteractionTable.LineOf(second)} ({Names[b]}) "
            + $"of '{_table.Path}' both hold user {_table.Users[first]} with item {_table.Items[first]}; "
            + "expected each pair in one split only, so remove one of the two lines.");
    }
}
