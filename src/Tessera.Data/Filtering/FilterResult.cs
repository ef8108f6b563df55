namespace Tessera.Data.Filtering;

/// <summary>What a filter did.</summary>
/// <param name="Before">Size of the event log it read.</param>
/// <param name="After">Size of the event log it wrote.</param>
/// <param name="Rounds">Passes over the events until no more users and items had to go.</param>
public sealed record FilterResult(EventLogStatistics Before, EventLogStatistics After, int Rounds);
