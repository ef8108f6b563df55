namespace Tessera.Serving.Stores;

/// <summary>What became of a change to an item, and what there is now.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">The item's version as it is now; 0 where there is no item.</param>
/// <param name="Position">Position of the change in the log; 0 where nothing changed.</param>
internal sealed record ItemChange(ItemOutcome Outcome, long Version, long Position);
