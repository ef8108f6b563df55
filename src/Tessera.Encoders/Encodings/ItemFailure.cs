namespace Tessera.Encoders.Encodings;

/// <summary>An item that has no result.</summary>
/// <param name="Item">Number of the item, from 0.</param>
/// <param name="Id">Its external id.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record ItemFailure(int Item, string Id, string Reason);
