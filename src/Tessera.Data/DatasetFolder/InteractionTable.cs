namespace Tessera.Data.DatasetFolder;

/// <summary>The lines of an interaction file in order, one record per line.</summary>
/// <param name="Path">Path of the file, for messages.</param>
/// <param name="IgnoredColumns">Columns of the file that nothing reads.</param>
internal sealed record InteractionTable(string Path, IReadOnlyList<string> IgnoredColumns)
{
    private static readonly string[] SplitNames = ["training", "validation", "test"];

    /// <summary>The records; a split is 0 training, 1 validation, 2 test.</summary>
    public List<(int User, int Item, int Split)> Records { get; } = [];

    /// <summary>Line of a record, counted from 1; the header is line 1.</summary>
    public static int LineOf(int record) => record + 2;

    /// <summary>The records of each split, a repeated pair once.</summary>
    /// <exception cref="InvalidInputException">A pair is in two splits.</exception>
    public Interactions[] Split(int users, int items)
    {
        Interactions[] splits = [.. Enumerable.Range(0, SplitNames.Length).Select(split => Interactions.FromPairs(
            users, items, Records.Where(record => record.Split == split).Select(record => (record.User, record.Item))))];
        if (Interactions.FindOverlap(splits) is (var user, var item, _, _))
        {
            int first = Records.FindIndex(record => (record.User, record.Item) == (user, item)), split = Records[first].Split;
            int second = Records.FindIndex(record => (record.User, record.Item) == (user, item) && record.Split != split);
            throw new InvalidInputException(
                $"Lines {LineOf(first)} ({SplitNames[split]}) and {LineOf(second)} ({SplitNames[Records[second].Split]}) "
                + $"of '{Path}' both hold user {user} with item {item}; "
                + "expected each pair in one split only, so remove one of the two lines.");
        }

        return splits;
    }
}
