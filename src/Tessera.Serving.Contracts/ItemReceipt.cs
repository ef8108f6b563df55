namespace Tessera.Serving;

/// <summary>What became of a change to an item.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">The item's version as it is now; 0 where there is no item.</param>
/// <param name="Position">Position of the change in the log; 0 where nothing changed.</param>
public sealed record ItemReceipt(ItemOutcome Outcome, long Version, long Position)
{
    /// <summary>Modalities of which the item has vectors now.</summary>
    public IReadOnlyList<string> Modalities { get; init; } = [];

    /// <summary>What of the item is of no use to the model, and why, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
