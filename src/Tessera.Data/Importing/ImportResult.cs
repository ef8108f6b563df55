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
    /// <summary>Time of the earliest event; null where none has one.</summary>
    public DateTimeOffset? FirstTime { get; init; }

    /// <summary>Time of the latest event; null where none has one.</summary>
    public DateTimeOffset? LastTime { get; init; }

    /// <summary>Number of lines left out, listed in the folder's <c>rejected.jsonl</c>.</summary>
    public int RejectedRows { get; init; }
    /// <summary>Number of items that no event names.</summary>
    public int ItemsWithoutEvents { get; init; }
}
