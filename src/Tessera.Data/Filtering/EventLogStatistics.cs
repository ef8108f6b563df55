namespace Tessera.Data.Filtering;

/// <summary>The size of an event log.</summary>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items.</param>
/// <param name="Events">Number of events, repeated ones included.</param>
/// <param name="Pairs">Number of distinct (user, item) pairs among them.</param>
public sealed record EventLogStatistics(int Users, int Items, long Events, long Pairs)
{
    /// <summary>Share of all (user, item) pairs without an event, 0 to 1.</summary>
    public double Sparsity => 1 - (Pairs / ((double)Users * Items));
}
