namespace Tessera.Data.Filtering;

/// <summary>One pass over the events on the way to a k-core.</summary>
/// <param name="Round">Number of the pass, from 1.</param>
/// <param name="Users">Users left after it.</param>
/// <param name="Items">Items left after it.</param>
public sealed record FilterRound(int Round, int Users, int Items);
