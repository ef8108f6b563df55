namespace Tessera.Recommendation.Live;

/// <summary>What an item is to be, whatever it was.</summary>
/// <param name="Item">Id, all features that there are of it, and title. Without features, it is what the run has of it, if that has it at all.</param>
/// <param name="IsHidden">Whether it is left out of what is recommended.</param>
internal sealed record ItemState(NewItem Item, bool IsHidden);
