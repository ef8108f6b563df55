using System.Text.Json.Serialization;

namespace Tessera.Data.Filtering;

/// <summary>The result of a filter.</summary>
/// <param name="Before">Size of the event log it read.</param>
/// <param name="After">Size of the event log it wrote.</param>
/// <param name="Rounds">Passes over the events until no more users or items had to be dropped.</param>
/// <param name="EmptiedItems">Items without an event that is kept.</param>
/// <param name="DescribedItems">How many of those have texts, an image or features: what <see cref="FilterOptions.KeepItems"/> keeps.</param>
/// <param name="Untimed">Events without a time that were dropped because days are limited.</param>
internal sealed record FilterResult(EventLogStatistics Before, EventLogStatistics After, int Rounds, int EmptiedItems, int DescribedItems, long Untimed);

/// <summary>One pass over the events on the way to a k-core.</summary>
/// <param name="Round">Number of the pass, from 1.</param>
/// <param name="Users">Users left after it.</param>
/// <param name="Items">Items left after it.</param>
internal sealed record FilterRound(int Round, int Users, int Items);

/// <summary>The size of an event log.</summary>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items.</param>
/// <param name="Events">Number of events, repeated ones included.</param>
/// <param name="Pairs">Number of distinct (user, item) pairs among them.</param>
internal sealed record EventLogStatistics(int Users, int Items, long Events, long Pairs)
{
    /// <summary>Share of all (user, item) pairs without an event, 0 to 1.</summary>
    [JsonIgnore]
    public double Sparsity => 1 - (Pairs / ((double)Users * Items));
}
