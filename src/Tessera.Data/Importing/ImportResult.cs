namespace Tessera.Data.Importing;

/// <summary>The result of an import.</summary>
/// <param name="Name">Name of the event log or data set.</param>
/// <param name="IsDataset">Whether it is a data set, split already, rather than an event log.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items, those without events included.</param>
/// <param name="Events">Number of events.</param>
/// <param name="DescribedItems">Number of items with a record in the item table.</param>
/// <param name="Notices">Remarks on the data, one sentence each.</param>
public sealed record ImportResult(
    string Name, bool IsDataset, int Users, int Items, long Events, int DescribedItems, IReadOnlyList<string> Notices)
{
    /// <summary>Number of items that no event names.</summary>
    public int ItemsWithoutEvents { get; init; }
}
