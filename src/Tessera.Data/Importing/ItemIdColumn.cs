using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Finds the column of the ids in an item table by what it holds.</summary>
internal static class ItemIdColumn
{
    /// <summary>The only column with distinct values half of which, at least, are items of the events; null where none or several are so.</summary>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="records">Records from the table's beginning.</param>
    /// <param name="sink">Knows the events' items, and takes a note of what was found.</param>
    public static int? ByContent(IReadOnlyList<string> columns, IReadOnlyList<string[]> records, ItemSink sink)
    {
        if (sink.HasEvents is not { } hasEvents) return null;
        int[] found = [.. Enumerable.Range(0, columns.Count).Where(IsId)];
        if (found.Length != 1) return null;
        string name = SourceText.Quoted(columns[found[0]]), table = Path.GetFileName(sink.TablePath);
        sink.Notices.Add($"Took {name} of {table} for the items' ids: it alone holds items of the events.");
        return found[0];

        bool IsId(int column)
        {
            string[] values =
            [
                .. from record in records
                   where column < record.Length
                   let value = ExternalId.Trimmed(record[column])
                   where value.Length > 0
                   select value,
            ];
            return values.Length > 0 && 2 * values.Length >= records.Count && values.Distinct(StringComparer.Ordinal).Count() == values.Length
                && 2 * values.Count(hasEvents) >= values.Length;
        }
    }
}
