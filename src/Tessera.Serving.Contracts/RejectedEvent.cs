namespace Tessera.Serving;

/// <summary>An event that was not stored, as far as it could be read.</summary>
/// <param name="Id">Id of the event.</param>
/// <param name="User">Id of the user; null where it was erased.</param>
/// <param name="Item">Id of the item.</param>
/// <param name="Type">What was done.</param>
/// <param name="Reason">Why it was rejected, a sentence.</param>
public sealed record RejectedEvent(string? Id, string? User, string? Item, string? Type, string Reason);
